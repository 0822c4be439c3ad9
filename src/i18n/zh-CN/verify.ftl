# 库存账自证：beiku verify。verify-kind-<代码>：哪里对不上。

verify-checked = 已用 { $movements } 条流水核对 { $units } 个单件、{ $balances } 条结存、{ $reservations } 条有效预占、{ $seals } 个封存点。
verify-proven = 库存账核对无误。
verify-difference = { $what }［{ $code }］— { $subject }：按流水应为 { $expected }，账上为 { $found }
verify-unlisted = ……另有 { $count } 处未列出。
verify-failed = 库存账核对不上，共 { $count } 处。请先停止记账，备份现状，再查明原因。

verify-kind-unit_place = 单件位置不符
verify-kind-unit_condition = 单件件况不符
verify-kind-unit_owner = 单件所有权人不符
verify-kind-unit_depot = 单件所在备件库不符
verify-kind-unit_document = 单件单据不符
verify-kind-unit_version = 单件流水计数不符
verify-kind-unit_last_moved = 单件最近移动时间不符
verify-kind-unit_part = 单件料号不符
verify-kind-unit_without_movement = 单件没有任何流水
verify-kind-chain_place = 出自它并不在的地方
verify-kind-chain_condition = 出库件况与前一条流水不接
verify-kind-chain_owner = 所有权人与前一条流水不接
verify-kind-chain_time = 时间早于前一条流水
verify-kind-chain_origin = 来历不明
verify-kind-movement_depot = 流水的备件库与地点不符
verify-kind-movement_subject = 序列号件缺单件，或数量件带了单件
verify-kind-movement_future = 发生时间晚于记账时间
verify-kind-balance_quantity = 结存数量不符
verify-kind-balance_missing = 缺少结存
verify-kind-balance_extra = 结存无流水来源
verify-kind-balance_negative = 中途出现负数
verify-kind-balance_depot = 结存的备件库与地点不符
verify-kind-availability_good = 可用数不符
verify-kind-availability_reserved = 预占数不符
verify-kind-reservation_unit = 预占的单件不可用
verify-kind-reversal_mirror = 红冲与原流水不对应
verify-kind-reversal_origin = 红冲无原流水，或冲的是红冲
verify-kind-sealed = 封存后的流水被改动
verify-kind-seal_missing = 缺少封存点
verify-kind-snapshot = 月末快照与流水不符
