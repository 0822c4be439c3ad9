# 账目自证：健康页与每日晨报。

proof-nightly = 夜间自动
proof-checked = （核对 { $movements } 条流水、{ $seals } 个封存点）
proof-well = 核对无误
proof-wrong = { $n ->
   *[other] 对不上，共 { $count } 处
}
proof-difference = 差异
settings-job-snapshots = 月末库存快照
settings-job-prove = 夜间账目自证
mail-row-proof = 账目自证
mail-proof-well = { $date } 核对无误
mail-proof-wrong = { $date } 有 { $count } 处对不上
mail-proof-alarm = 账目自证发现 { $count } 处对不上。请管理员先停止记账、备份现状，再运行 beiku verify 查明原因。
settings-job-forget_uploads = 清理上传的表格
settings-job-forget_requests = 清理未确认的申请
settings-job-foresee = 推算误期概率与交还日子
settings-job-settle = 核算到期结果
settings-job-seal = 封存流水
settings-job-warn = 提醒新的在险与超期
settings-job-digest = 每日晨报
settings-job-dead_letters = 报告发不出的通知
settings-job-count_use = 统计各备件库近期领用
