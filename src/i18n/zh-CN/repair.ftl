# 维修台：维修单、检测、返厂。
refusal-repair_already_open = 单件 { $serial } 已在 { $number } 上，请先办完。
refusal-repair_over_limit = 维修费用将达 ¥{ $cost }，上限为 ¥{ $limit }。请判定为无修复价值，或由售后负责人批准费用。
refusal-data_answer_needed = { $serial } 上可能有客户数据，请说明如何处理：保留、擦除或销毁。
field-unknown_fault_code = 没有检测代码 { $code }。

thing-fault_code = 检测代码

action-approve_cost = 批准费用
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
unit-flag-third_return = 一年内第三次返修
unit-flag-nff_twice = 两次未发现故障
unit-flag-doa = 曾到货即坏
unit-flag-site_failed_before = 该站点此前坏过同一物料

data-keep = 介质由客户保留
data-wipe = 已擦除
data-destroy = 已销毁
