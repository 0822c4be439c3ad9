# 返修的各种特殊情形：为什么不行、用语、邮件。

refusal-quote_needed = { $serial } 的维修要收费：先发报价，客户接受后再开工。
refusal-not_chargeable = 只有收费维修才报价，这件属于{ $entitlement }。如果不对，请先改设费用依据。
refusal-quote_over = 报价有效期到 { $valid_until } 为止，已经过期，请重新报价。
refusal-quote_still_valid = 报价 { $valid_until } 前仍有效，客户还可以答复。
refusal-consent_needed = { $serial } 是客户的，没有书面同意不能报废。请先登记客户的同意。
refusal-data_stays_with_customer = { $part_no } 的数据按约定留给客户，只能返还客户。
refusal-data_must_be_destroyed = { $part_no } 的数据按约定必须销毁，只能凭证明报废。
refusal-certificate_needed = { $part_no } 带有数据：请填写清除或销毁证明的编号。
refusal-not_brand_new = 服务等级要求全新替换件，{ $serial } 以前用过。请换一件。
refusal-spare_bound = { $place } 的 { $serial } 是留给别人的，请换一件。
refusal-nothing_owed = { $number } 没有欠我方的件，请核对序列号。
refusal-replacement_under_way = 替换件 { $serial } 还没有交付，请先登记交付。

field-same_as_before = 与原来相同。
thing-label = 标签
thing-action = 操作
thing-quote = 报价

payer-customer = 客户
payer-us = 我方
payer-maker = 厂家
payer-carrier = 承运商

data-answer-keep = 留给客户
data-answer-wipe = 清除，并出证明
data-answer-destroy = 销毁，并出证明

quote-state-open = 等待答复
quote-state-accepted = 已接受
quote-state-refused = 已拒绝
quote-state-expired = 已过期

action-set_entitlement = 设定费用依据
action-expire_quote = 报价到期
event-set_entitlement = 设定了费用依据
event-expire_quote = 报价到期

notice-rejected = 申请未通过
notice-doa = 替换件到货即坏
notice-quote = 报价
notice-exchange_decided = 决定等效更换
notice-exchange_shipped = 等效件已发出
notice-faulty_overdue = 催还故障件
notice-loan_due = 催还借用件

mail-row-reason = 原因
mail-row-price = 报价
mail-row-price-value = { $amount } { $currency }

mail-rejected-what = 返修申请未通过：{ $unit }
mail-rejected-title = 您的返修申请没有通过。
mail-rejected-body = 请不要寄件。如果下面的原因与实际不符，请联系我们；您也可以随时重新申请。
mail-correction-what = 更正：{ $unit }
mail-correction-title = 我们上一封通知写错了，特此更正。
mail-correction-body = 返修单的最近一步登记有误，我们已经撤回，关于这一步的通知请不必理会。实际进度以下面的页面为准。

mail-doa-what = 替换件不能用：{ $unit }
mail-doa-title = 很抱歉，替换件一到就不能用。
mail-doa-body = 我们会再发一件给您，发出时写信告知。请把不能用的那件寄回，箱外写上返修单号。
mail-doa-due = 请最迟于 { $date }寄回。

mail-quote-what = 维修报价：{ $unit }
mail-quote-title = 您的板件需收费维修，报价如下。
mail-quote-body = 请告诉我们是否接受。您接受后我们开工；答复之前，承诺的时间不计。
mail-quote-due = 报价有效期至 { $date }。

mail-exchange_decided-what = 将为您等效更换：{ $unit }
mail-exchange_decided-title = 我们将换给您一件电性能相同的板件。
mail-exchange_decided-body = 您原来的板件不再返还。换给您的板件归您，发出时我们再写信。
mail-exchange_decided-body-maker = 制造商留下了您的板件，换来一件同型号的，序列号见下。这件归您；我们测试后寄出，发出时再写信。
mail-exchange_decided-due = 最迟 { $date }交到您手上。

mail-exchange_shipped-what = 等效件已发出，更换{ $unit }
mail-exchange_shipped-title = 换给您的板件已经发出。
mail-exchange_shipped-body = 这件归您。收到后请确认外包装和序列号，有不对的请马上告诉我们。
mail-exchange_shipped-due = 最迟 { $date }交到您手上。

mail-faulty_overdue-what = 请寄回故障件：{ $unit }
mail-faulty_overdue-title = 请把故障件寄回。
mail-faulty_overdue-body = 下面的故障件请寄回，箱外写上返修单号。
mail-faulty_overdue-due = 请最迟于 { $date }寄回。
mail-faulty_overdue-what-overdue = 故障件逾期未还：{ $unit }
mail-faulty_overdue-title-overdue = 故障件已经逾期。
mail-faulty_overdue-body-overdue = 下面的故障件我们还没有收到。请尽快寄回，箱外写上返修单号；如果无法寄回，请联系我们。
mail-faulty_overdue-due-overdue = 应于 { $date }前寄回。

mail-loan_due-what = 请寄回借用件，原件{ $unit }
mail-loan_due-title = 请把借用的替换件寄回。
mail-loan_due-body = 您的原件已经交还，请把下面的借用件寄回，箱外写上返修单号。
mail-loan_due-due = 请最迟于 { $date }寄回。
mail-loan_due-what-overdue = 借用件逾期未还，原件{ $unit }
mail-loan_due-title-overdue = 借用的替换件已经逾期。
mail-loan_due-body-overdue = 下面的借用件我们还没有收到。请尽快寄回，箱外写上返修单号；如果想留用，请联系我们。
mail-loan_due-due-overdue = 应于 { $date }前寄回。

issued-state-released = 已取消预占
issued-state-lost = 按丢失处理
consent-scrap = 同意报废
consent-keep_loaner = 留用借用件
field-payer = 付款方
field-entitlement = 费用依据

