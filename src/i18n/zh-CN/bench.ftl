# 一张维修单。
bench-other-steps = 其他操作
bench-parts-none = 还没有用料。
bench-parts-total = 合计
bench-col-what = 序列号或数量
bench-col-sent = 发出
bench-col-back = 返回
bench-tests = 修后测试
bench-test-nth = 第 { $count } 次测试
bench-unit = 本件
bench-likely-back = 预计 { $date } 返还客户

# 测试步骤。
test-step-power = 上电自检
test-step-function = 全端口功能测试，无误码
test-step-burn-in = 老化
test-step-data = 客户数据已清除
test-step-other = 其他步骤
test-step-verdict = 该步结论
test-step-evidence = 依据：数值、日志
test-whole = 整体结论（不选则按各步结论）
step-result-pass = 通过
step-result-fail = 未通过
step-result-not_applicable = 不适用
field-step_failed = 有步骤未通过，整体不能算通过。
bench-where = 现在位置：{ $place }
outcome-does-repaired = 转良品，安排测试和返还
outcome-does-repairable = 可以开始维修，或送制造商
outcome-does-nff = 不修就返还，计为已修；再次未发现故障会提示
outcome-does-ber = 停止维修，由售后负责人决定等效更换，30 天承诺起算
field-vendor-hint = 送去期间承诺照常计时；延误概率改按这家以往的用时计算。
