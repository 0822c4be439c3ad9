# 固件与硬件版本：等效件要满足什么，单件是什么。
refusal-limit_not_met = { $limit ->
    [firmware] { $serial } 的固件是 { $found }，等效替代要求 { $wanted }。请换一件。
   *[other] { $serial } 的硬件版本是 { $found }，等效替代要求 { $wanted }。请换一件。
}
refusal-limit_unknown = { $limit ->
    [firmware] 没有登记 { $serial } 的固件，等效替代要求 { $wanted }。请看实物：登记版本，或确认符合限制。
   *[other] 没有登记 { $serial } 的硬件版本，等效替代要求 { $wanted }。请看实物：登记版本，或确认符合限制。
}
settings-firmware-from = 最低固件
settings-firmware-to = 最高固件
settings-revisions = 硬件版本
settings-revisions-hint = 可以替代的版本，用逗号分开：A, B2。不填即不限。
settings-limits = 限制
field-limits-confirmed = 已看实物：固件和硬件版本符合等效关系的限制
field-firmware = 固件
field-revision = 硬件版本
proposal-look = 这块板没有登记{ $limit ->
    [firmware] 固件
   *[other] 硬件版本
}（要求 { $wanted }），预占前请看实物。
release-title = 登记固件和硬件版本
release-open = 登记版本
release-text = 请看实物后填写。等效件能不能替代，按这里登记的版本判断。
release-firmware-hint = 铭牌或开机信息上的版本，例如 2.10。不清楚就留空。
release-revision-hint = 印在板上，例如 B2。不清楚就留空。
release-submit = 保存版本
release-unknown = 未登记
data-title = 登记客户数据的处理
data-text = 这件备件客户用过，上面可能有客户数据。登记处理方式和证明编号之前，不能转为良品、返厂或报废。
data-submit = 登记
load-look = 没有登记 { $serial } 的{ $limit ->
    [firmware] 固件
   *[other] 硬件版本
}，等效替代要求 { $wanted }。发出前请看实物：登记版本，或在下面确认。
