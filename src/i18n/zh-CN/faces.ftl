# 返修单列表：保存的视图、批量指派。
view-name = 视图名称
view-share = 全体员工可见
view-shared = 共享
view-keep = 保存为视图
view-forget = 删除此视图
view-forget-title = 删除视图“{ $name }”？
facet-assignee = 负责人
facet-nobody = 未指派
facet-clock-overdue = 已超期
facet-clock-d5 = 剩 0–5 个工作日
facet-clock-d15 = 剩 6–15 个工作日
facet-clock-d30 = 剩 16–30 个工作日
facet-clock-d31 = 剩 31 个工作日以上
facet-clock-none = 尚无日期
rma-choose = 选择
rma-choose-all = 全选本页
rma-choose-one = 选择 { $number }
rma-assign-chosen = 指派所选
rma-assign-missing = 请选择返修行和负责人。
said-assigned = { $n ->
   *[other] 已指派 { $count } 行。
}
said-freed = { $n ->
   *[other] 已取消 { $count } 行的负责人。
}
thing-view = 视图

unit-at-customer = 客户
unit-at-vendor = 维修厂商
unit-at-engineer = 工程师
unit-at-bench = 维修台
hit-request = 备件申请
hit-repair = 维修单
hit-transfer = 调拨单
hit-count = 盘点单
hit-box = 收件登记

settings-sessions = 已登录的设备
settings-sessions-note = 让此人在所有设备上立即退出，例如手机丢失时。接口令牌不受影响。
settings-sessions-end = 全部退出
settings-factor-note = 用于手机和恢复码都丢失的人：停用其验证器，并在所有设备上退出。请先核实对方身份。
settings-factor-remove = 停用验证器
settings-invite = 设置密码的链接
settings-invite-note = 给此人发一封邮件，内含只能用一次、三天有效的链接，由本人设置密码，谁也不必转告密码。需要有邮箱地址。
settings-invite-send = 发送链接
settings-invite-hint = 留空则发送链接，由本人设置。

mail-invite-subject = 您的备库账号：请设置密码
mail-invite-title = 欢迎使用，请设置密码。
mail-invite-body = 已为您开通账号，或需要您重新设置密码。下面的链接只能用一次，{ $hours } 小时内有效。
mail-invite-not-you = 如果您对此毫不知情，不用理会。
me-security = 二次验证与设备
me-security-text = 用验证器加强登录，并查看在哪些设备上登录过。

bench-view-lanes = 看板
bench-total = { $n ->
   *[other] { $count } 件
}
bench-by-risk = 最可能超期的在最上面
bench-first = 下一件：最紧急且仍来得及
bench-odds-early = 尚未算出
bench-chance = 误期概率 { $odds }
bench-missed = 已超期
bench-unclaimed = 无人认领
bench-why-vendor-late = { $vendor } 逾期未还
bench-lane-diagnosis = 检测
bench-lane-repair = 维修
bench-lane-parts = 等外购器件
bench-lane-vendor = 返厂维修
bench-lane-test = 测试与待返还
bench-lane-empty = 暂无
bench-more = 还有 { $count } 件
bench-odds-text = 误期概率由同一料号、同一维修厂商的历史维修学习得出：与本件在厂时间一样长的维修里，最后逾期交还的占多少。

rma-files = 备注与附件
rma-note = 备注
rma-file = 附件
rma-file-hint = 照片、日志或单据，不超过 5 MB。
rma-note-shared = 客户可见
rma-internal = 内部
rma-note-add = 添加
thing-file = 附件
field-kind_of_file = 请添加图片（PNG、JPG、WEBP、HEIC）、PDF、TXT、LOG、CSV、ZIP、GZ、XLSX 或 DOCX。
field-size_of_file = 文件为空或超过 5 MB。
rma-waits-quote = 等客户在 { $date } 前答复报价
rma-given-up = 客户的故障件已免寄回，不再等待。周转备件都已了结，可以取消本单。
rma-for-them = 代办：{ $what }
rma-spent-working = { $n } 个工作日用在哪里
rma-spent-before = 起算前 { $n } 天
rma-promised = 维修承诺
rma-promised-words = { $days }内返还，达成率 ≥ { $target }
dash-rate-none = 本月还没有到期的
