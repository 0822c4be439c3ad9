# 术语表：各状态、角色、件况的叫法。键 = 领域前缀 + 数据库里的代码（代码里的下划线照写）。
# 「-short」之类的变体由各页面自己的文件写。

app-name = 备库

role-admin = 管理员
role-manager = 售后负责人
role-clerk = 库管员
role-engineer = 工程师
role-technician = 维修员
role-customer = 客户

depot-class-common = 常用备件库
depot-class-other = 其他备件库
depot-class-central = 中心备件库

condition-good = 良品
condition-faulty = 故障件
condition-quarantined = 待检
condition-scrapped = 报废

owner-us = 我方
owner-customer = 客户
owner-vendor = 维修厂商
owner-unknown = 待确认

mode-repair_return = 维修返还
mode-loaner = 备件借用
mode-advance_replacement = 先行更换
mode-equivalent_exchange = 等效更换

regime-loan = 借用制
regime-exchange = 交换制

repair-state-requested = 已申请
repair-state-authorised = 已批准
repair-state-rejected = 未批准
repair-state-expected = 待收件
repair-state-received = 故障件已收
repair-state-diagnosing = 检测中
repair-state-nff = 未发现故障
repair-state-repairing = 维修中
repair-state-at_vendor = 返厂维修中
repair-state-testing = 测试中
repair-state-repaired = 已修复
repair-state-ber = 无修复价值
repair-state-dispatched = 返还在途
repair-state-returned = 已返还
repair-state-return_unrepaired = 原样返还
repair-state-exchanged = 已等效更换
repair-state-scrapped = 已报废
repair-state-to_stock = 已入库
repair-state-closed = 已关闭
repair-state-cancelled = 已取消
repair-state-void = 已作废

issued-state-reserved = 已预占
issued-state-shipped = 已发出
issued-state-in_use = 客户使用中
issued-state-recovered = 已收回
issued-state-kept = 归客户留用
issued-state-doa = 到货即坏

issued-role-loan = 借用
issued-role-permanent = 归客户

faulty-state-not_due = 未到归还期
faulty-state-due = 待归还
faulty-state-in_transit = 归还在途
faulty-state-received = 已收到
faulty-state-overdue = 逾期未还
faulty-state-waived = 已免还
faulty-state-charged = 已计费

rma-state-requested = 已申请
rma-state-authorised = 已批准
rma-state-rejected = 未批准
rma-state-expected = 待收件
rma-state-received = 故障件已收
rma-state-in_repair = 维修中
rma-state-in_progress = 处理中
rma-state-repaired = 已修复
rma-state-dispatched = 返还在途
rma-state-returned = 已返还
rma-state-exchanged = 已等效更换
rma-state-awaiting_loaner = 待收回备件
rma-state-open = 在办
rma-state-closed = 已关闭
rma-state-cancelled = 已取消
rma-state-void = 已作废

movement-receive = 入库
movement-issue = 出库
movement-move = 移位
movement-transfer_out = 调拨出库
movement-transfer_in = 调拨入库
movement-return = 归还入库
movement-convert = 件况变更
movement-scrap = 报废
movement-adjust = 盘点调整
movement-transfer_title = 所有权转移
movement-consume = 维修消耗
movement-opening = 期初
movement-reversal = 红冲

promise-repair_return = 修复返还
promise-equivalent_exchange = 等效更换
promise-spare_in_place = 备件到位
promise-faulty_return = 故障件归还
promise-loan_return = 借用备件归还
promise-first_answer = 响应
promise-on_site = 到场
promise-restored = 恢复
promise-failure_analysis = 故障分析说明

promise-state-open = 进行中
promise-late = 已超期
promise-state-kept = 已兑现
promise-state-broken = 已违约
promise-state-floating = 顺延中
promise-state-excluded = 不计入

outcome-repaired = 修复
outcome-nff = 未发现故障
outcome-ber = 无修复价值

hold-customer = 等客户
hold-quote = 等客户确认报价
hold-agreed = 双方约定停钟
hold-force_majeure = 不可抗力

cause-ours = 我方
cause-maker = 制造商
cause-customer = 客户
cause-carrier = 承运商
cause-force_majeure = 不可抗力

entitlement-warranty = 质保期内
entitlement-contract = 合同内
entitlement-repair_warranty = 维修质保
entitlement-goodwill = 优惠免费
entitlement-chargeable = 收费

fault_class-minor = 一般故障
fault_class-major = 重大故障

notice-request_received = 返修申请已收到
notice-authorised = 返修申请已批准
notice-replacement_shipped = 替换件已发出
notice-faulty_received = 收到故障件
notice-shipped_back = 已寄回
notice-closed = 返修单已关闭
notice-correction = 更正
notice-test = 测试邮件

notice-state-queued = 待发
notice-state-sending = 发送中
notice-state-sent = 已发出
notice-state-dead = 发不出
notice-state-withdrawn = 已撤下

place-depot = 备件库
place-bin = 库位
place-bench = 维修工位
place-engineer = 工程师随身
place-van-of = { $who }的随车备件
place-customer = 客户
place-vendor = 维修厂商
place-transit = 在途
place-opening = 期初
place-supplier = 供应商
place-consumed = 已消耗
place-lost = 遗失
place-scrap = 报废

tracking-serial = 按序列号
tracking-quantity = 按数量

reservation-state-open = 预占中
reservation-state-released = 已释放
reservation-state-consumed = 已使用
reservation-state-expired = 已过期

term-unit-working_days = 个工作日
term-unit-calendar_days = 天
term-unit-minutes = 分钟

variant-strict = 严格
variant-by_due = 期内等效
variant-remedy30 = 三十天补救
variant-contractual = 按合同

hold-state-held = 已停钟
hold-state-quoted = 等客户确认报价，答复后继续走时
hold-state-running = 走时中

action-authorise = 批准
action-reject = 不批准
action-cancel = 取消
action-void = 作废
action-approve_void = 批准作废
action-assign = 转交
action-reserve_replacement = 预占替换件
action-ship_replacement = 发出替换件
action-replacement_delivered = 替换件送达
action-faulty_shipped = 登记故障件已寄出
action-receive_faulty = 收故障件
action-correct_serial = 更正序列号
action-attribute_cause = 认定责任归属
action-diagnose = 检测
action-start_repair = 开始维修
action-wait_parts = 等外购器件
action-parts_arrived = 器件到货
action-use_parts = 领用器件
action-send_to_vendor = 返厂维修
action-vendor_returned = 返厂件收回
action-finish_repair = 完成维修
action-test = 登记测试结果
action-send_quote = 发出报价
action-accept_quote = 接受报价
action-refuse_quote = 拒绝报价
action-dispatch_return = 寄回客户
action-confirm_returned = 确认返还
action-return_unrepaired = 原样返还
action-decide_exchange = 改为等效更换
action-ship_exchange = 发出等效件
action-exchange_delivered = 等效件送达
action-recover_loan = 收回借用备件
action-keep_loaner = 借用件归客户留用
action-report_doa = 登记到货即坏
action-waive_faulty_return = 免还应还物件
action-waive_faulty_return-of = 免还{ $what }
action-charge_faulty = 应还物件计费
action-charge_faulty-of = { $what } 计费
owed-faulty = 故障件 { $serial }
owed-loan = 借用件 { $serial }
owed-dead = 到货即坏的替换件 { $serial }
owed-on_the_road = 在途未送达的 { $serial }
owed-awaited = 客户自己的 { $serial }（不必再寄）
action-change_mode = 改变服务方式
action-agree_scrap = 登记同意报废
action-scrap = 报废
action-to_stock = 入库
action-arrive_on_site = 登记到场
action-restore_service = 登记业务恢复
action-report_failure = 提交故障分析说明
action-hold = 停钟
action-resume = 恢复走时
action-close = 关闭
action-take_back = 撤回最近一步
action-take_back-of = 撤回：{ $what }
