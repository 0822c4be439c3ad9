# 备件库的日常：调拨、收件登记、盘点、扫码、备件申请。

# 规则说「不」的理由。
refusal-not_on_transfer = 调拨单 { $number } 没有要 { $serial }，或者已经够数了。请核对标签，或另开一张调拨单。
refusal-nothing_outstanding = 调拨单 { $number } 上没有未到的 { $serial }。请刷新后核对。
refusal-place_of_document = { $place } 属于单据 { $document }，请在该单据里收发。
refusal-scan_too_old = 这次扫码已经超过 { $days } 天，不能再入账。请重新扫码。
refusal-intake_unreadable = 标签 { $label } 的序列号读不出来，请说明它是返修单的哪一行。
refusal-not_in_count = { $place } 不在盘点单 { $number } 的范围内。

field-same_depot = 调入和调出不能是同一个备件库。
field-other_depot = 这个库位不在该备件库。

thing-transfer = 调拨单
thing-intake = 收件登记
thing-count = 盘点单
thing-exception = 异常
thing-scan = 扫码记录
thing-request = 备件申请

action-approve = 同意调拨
action-dispatch = 发出
action-receive = 收货
action-settle = 处理差异
action-match = 对应
action-identify = 认定
action-issue = 发放
action-withdraw = 撤回
action-delivered = 确认交付

transfer-state-requested = 已申请
transfer-state-approved = 已同意
transfer-state-in_transit = 在途
transfer-state-differences = 有差异
transfer-state-closed = 已完成
transfer-state-cancelled = 已取消

settlement-found = 已找到
settlement-returned = 已退回调出库
settlement-lost = 确认遗失

# 邮件
notice-transfer_differences = 调拨差异
mail-transfer_differences-subject = 调拨 { $number }（{ $from } → { $to }）收货有差异
mail-transfer_differences-title = 调拨收货与单据不符
mail-transfer_differences-body = { $to } 已收到 { $from } 发出的调拨 { $number }，实物与单据不一致：
mail-transfer_differences-next = 未到的件仍记在途，直到找到、退回或由售后负责人确认遗失；单外来件已放入待检区。请核对发货现场，并在调拨单上处理。
mail-row-transfer = 调拨单
mail-row-missing = 未到
mail-row-unexpected = 单外来件
mail-piece-unit = { $name }（{ $part_no }），序列号 { $serial }
mail-piece-lot = { $name }（{ $part_no }）× { $count }
mail-footer-why-depot = 您收到这封邮件，是因为您负责发出这批备件的备件库。

field-one_or_items = 请只填一件，或把各件都写在清单里。
field-van_or_place = 选一位工程师或填一个去处，不要两个都填。
field-exactly_one = 请在「对应返修单」「新建返修单」「退回」「已处理」中选一项。

intake-state-unmatched = 待确认
intake-state-matched = 已对应
intake-state-returned = 已退回
intake-state-settled = 已处理
intake-exception-unreadable = 序列号读不出
intake-exception-no_rma = 没有返修单
intake-exception-elsewhere = 账上在别处

action-count = 盘点
action-undo = 撤销

count-state-open = 盘点中
count-state-approved = 已批准
count-state-cancelled = 已取消
count-state-undone = 已撤销

count-verdict-here = 账实相符
count-verdict-other_bin = 库位不符
count-verdict-elsewhere = 账上在别处
count-verdict-unknown = 账上没有
count-verdict-quantity = 按数量
difference-missing = 盘亏
difference-other_bin = 移位
difference-quantity = 数量不符

exception-source-scan = 扫码
exception-source-count = 盘点
exception-source-box = 收件
exception-state-open = 待处理
exception-state-settled = 已处理
exception-held = { $depot } 的 { $holder } 手里有 { $serial }；账上自 { $since } 起在 { $place }。
right-act-recover_loan = 在返修单上收回借用备件
right-act-match_rma = 对应到返修单
right-act-receive_transfer = 在调拨单上收货
right-act-reverse = 红冲最后一条流水
right-act-ask-reverse = 请售后负责人红冲最后一条流水
right-act-take_in = 办理收件登记
right-act-look = 现场核对

scan-review-match_rma = { $code } 是返修单 { $document } 等待的故障件，请办理收件。
scan-review-unknown = 账上没有 { $code }，请核对标签，或办理收件登记。
scan-review-intake = { $code } 已登记（{ $document }），请确认它属于谁。
scan-review-intake-known = { $code } 已登记（{ $document }）。账上它在 { $place }，属于返修单 { $rma }：请先在那张返修单上核对。
scan-review-intake-known-bare = { $code } 已登记（{ $document }）。账上它在 { $place }，请核对后写明怎么处理。
scan-review-intake_again = { $code } 之前已登记过（{ $document }），请确认它属于谁。
scan-review-intake_again-known = { $code } 之前已登记过（{ $document }）。账上它在 { $place }，属于返修单 { $rma }：请先在那张返修单上核对。
scan-review-intake_again-known-bare = { $code } 之前已登记过（{ $document }）。账上它在 { $place }，请核对后写明怎么处理。

request-reason-fault = 故障更换
request-reason-preventive = 预防性更换
request-state-requested = 已申请
request-state-approved = 已批准
request-state-rejected = 未批准
request-state-withdrawn = 已撤回
request-state-issued = 已发放
instruments-title = 仪器仪表
instruments-text = 自用的仪器仪表：在哪里、谁领用、什么时候检查
instruments-none = 没有仪器仪表。在“设置 → 物料”里把物料的用途设为仪器仪表，再收货入库。
instruments-none-due = 没有需要检查的仪器仪表。
instruments-none-lent = 没有领用在外的仪器仪表。
instruments-one = 仪器
instruments-state = 检查状态
instruments-last = 上次检查
instruments-until = 可用到 { $day }
instruments-never = 还没有检查过
instruments-view-all = 全部
instruments-view-due = 需检查
instruments-view-lent = 已领用
check-state-failed = 不合格
check-state-due = 检查到期
check-state-soon = 即将到期
check-state-fit = 合格
check-result-passed = 合格
check-result-failed = 不合格
checks-title = 检查
check-open = 登记一次检查
check-verdict = 结论
check-when = 检查时间
check-certificate = 证书号
check-note = 检查情况
check-note-hint = 不合格时必填。
check-submit = 登记检查
today-checks = 仪器待检
dash-checks = { $n } 件仪器要检查
