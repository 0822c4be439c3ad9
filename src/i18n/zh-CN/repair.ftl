# 维修台：维修单、检测、返厂。
refusal-repair_already_open = 单件 { $serial } 已在 { $number } 上，请先办完。
refusal-repair_over_limit = 维修费用将达 ¥{ $cost }，上限为 ¥{ $limit }。请判定为无修复价值，或由售后负责人批准费用。
refusal-data_answer_needed = { $serial } 上可能有客户数据，请说明如何处理：保留、擦除或销毁。
refusal-data_needs_proof = { $serial } 上可能有客户数据，请在 { $document } 上办理，并登记数据处理方式和证明编号。
refusal-no_data_to_answer_for = { $serial } 上没有待处理的客户数据。
field-unknown_fault_code = 没有检测代码 { $code }。

thing-fault_code = 检测代码

action-approve_cost = 批准费用
action-write_off = 按丢失核销
vendor-gone-scrapped_there = 在厂商处报废
vendor-gone-lost = 在厂商处丢失
event-approve_cost = 批准提高费用上限

repair-event-open = 开立维修单
repair-event-assign = 指派
repair-event-line = 随返修行办理

repair-order-state-received = 已收
repair-order-state-diagnosing = 检测中
repair-order-state-repairing = 维修中
repair-order-state-at_vendor = 返厂维修中
repair-order-state-testing = 测试中
repair-order-state-repaired = 已修复
repair-order-state-nff = 未发现故障
repair-order-state-ber = 无修复价值
repair-order-state-closed = 已关闭

unit-flag-reserved = 已预占
unit-flag-open_rma = 有未结返修单
unit-flag-not_ours = 非我方所有
unit-flag-relabelled = 换过标签
unit-flag-taken_back = 误录，已撤回。
unit-taken-back-text = 该序列号账上不在任何库位。如确有此件，请收货入库。
unit-flag-third_return = 一年内第三次返修
unit-flag-nff_twice = 两次未发现故障
unit-flag-doa = 曾到货即坏
unit-flag-site_failed_before = 该站点同一槽位或同一物料此前坏过
unit-flag-wear_part = 易损件
unit-flag-customers_data = 客户用过，数据待处理
unit-flag-check_needed = 仪器待检：检查合格并登记后才能领用
field-slot = 槽位
field-slot-hint = 例如 3/1；用来发现总坏在同一处的板件。

data-keep = 介质由客户保留
data-wipe = 已擦除
data-destroy = 已销毁

nav-bench = 维修台
nav-bench-short = 维修台
bench-search = 维修单号、RMA、序列号或料号
bench-view-open = 在修
bench-view-risk = 最可能超期
bench-view-mine = 我的
bench-view-vendor = 返厂中
bench-view-late = 维修厂商超期
bench-none = 维修台上没有单件
bench-none-text = 故障件随 RMA 收件后出现在这里，也可以把我方自有的故障件领来维修。
bench-col-order = 维修单
bench-col-technician = 维修员
bench-own = 我方库存
bench-waiting = 等外购器件
bench-rework = { $n ->
   *[other] 修后测试未通过 { $count } 次
}
bench-left = { $n ->
   *[other] 剩 { $count } 个工作日
}
bench-take = 领修我方故障件
bench-timeline = 维修经过
bench-facts = 基本情况
bench-reported = 报修故障
bench-limit = 费用上限（元）
bench-over-limit = 费用超出上限（¥{ $limit }）：请判定为无修复价值，或由售后负责人批准费用。
bench-parts = 已领用器件
bench-stays = 返厂记录
bench-other-serial = 维修厂商换回 { $serial }
field-bench-bin = 库位
field-fault-code = 检测代码
field-estimate = 预计费用（元）
field-cost-limit = 费用上限（元）
field-data = 客户数据
field-data-hint = 不选则按服务等级的约定处理。
field-data-recovered-hint = 会存数据的备件收回时填写；不填则先进待检，处理后再转良品。
field-certificate-hint = 仅存有客户数据的部件需要填写。
field-part-serial = 器件序列号（如有）
field-part-from = 取自（位置）
bench-late = { $n ->
   *[other] 超期 { $count } 个工作日
}
