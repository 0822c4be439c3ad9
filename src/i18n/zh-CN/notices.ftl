# 发给本公司人员的邮件，以及承诺日期变动的邮件。notice-<代码>：邮件种类名称。

notice-date_moved = 承诺日期变动
notice-warnings = 有风险或已超期的返修
notice-month_in_danger = 本月达标有风险
notice-daily_digest = 每日简报
notice-dead_letter = 通知未能送达

mail-date_moved-what = { $unit } 返还日期改为 { $date }
mail-date_moved-title = 您的返修返还日期有变动。
mail-date_moved-body = 官方放假调休安排已公布或调整。我们承诺的工作日天数不变，只是截止的日期随之变动。
mail-date_moved-exchange-what = { $unit } 的等效板改为 { $date } 前交付
mail-date_moved-exchange-title = 为您更换等效板的日期有变动。
mail-date_moved-owed-what = { $unit } 请在 { $date } 前寄回
mail-date_moved-owed-title = 请您寄回物品的日期有变动。
mail-date_moved-owed-body = 官方放假调休安排已公布或调整，寄回的期限随之变动。请按新的日期寄回。
mail-date_moved-spare-what = { $unit } 的备件改为 { $date } 前到位
mail-date_moved-spare-title = 备件到位的日期有变动。
mail-date_moved-answer-what = { $unit } 改为 { $date } 前答复您
mail-date_moved-answer-title = 我们答复您的日期有变动。
mail-date_moved-visit-what = { $unit } 改为 { $date } 前到场
mail-date_moved-visit-title = 我们到场的日期有变动。
mail-date_moved-restored-what = { $unit } 改为 { $date } 前恢复
mail-date_moved-restored-title = 恢复运行的日期有变动。
mail-date_moved-report-what = { $unit } 的故障分析说明改为 { $date } 前交给您
mail-date_moved-report-title = 故障分析说明的日期有变动。
mail-row-new-date = 新日期
mail-row-owed = 请寄回
mail-row-old-date = 原日期

mail-button-staff = 在备库中打开
mail-link-note-staff = 按钮打不开时，请复制：
mail-link-text-staff = 在备库中打开：{ $url }
mail-footer-why-staff = 您在备库中负责此事，因此收到本邮件。

mail-warnings-subject = 新增超期 { $late } 件，新增有风险 { $at_risk } 件
mail-warnings-title = 这些返修需要您处理。
mail-warnings-body = 每一件在可能超期时提醒一次，超期时再提醒一次。
mail-warnings-line-early = { $rma }/{ $line } · { $part_no } { $serial } · { $customer } · { $depot } · 应返 { $due } · 误期概率尚未算出
mail-warnings-line = { $rma }/{ $line } · { $part_no } { $serial } · { $customer } · { $depot } · 应返 { $due } · 误期概率 { $percent }%
mail-warnings-floating = 停钟中
mail-warnings-more = 另有 { $count } 件，见列表。

mail-month_in_danger-subject = { $year } 年 { $month } 月：达标可能性 { $percent }%
mail-month_in_danger-title = { $year } 年 { $month } 月的及时修复率可能不达标。
mail-month_in_danger-body = 达标可能性低于 80%。按期决定等效更换的，仍可在 30 天内补救。

mail-daily_digest-subject = { $date }：超期 { $overdue } 件，有风险 { $at_risk } 件
mail-daily_digest-body = 今早各项承诺的情况如下。

mail-dead_letter-subject = 有一封通知未能送达：{ $id }
mail-dead_letter-title = 有一封通知已放弃发送。
mail-dead_letter-body = 邮件服务器拒收，或连续近三天未能发出。排除原因后，可在通知列表中重新发送。

mail-month-lines = 应返 { $eligible } 件：及时 { $timely }，超期 { $missed }，未返 { $open }
mail-row-at-risk = 有风险
mail-row-late = 已超期
mail-row-open = 未返还
mail-row-floating = 停钟中
mail-row-month = 本月
mail-row-expected = 预计及时修复率
mail-row-chance = 达标可能性
mail-row-misses-left = 本月还可迟
mail-row-dead = 未能送达的通知
mail-row-seal = 账本封存
mail-row-notice = 通知
mail-row-recipient = 收件人
mail-row-error = 原因
notice-shown-how = 按现在的模板重新生成，内容和收件人收到的一致；模板改过的，文字可能不同。查看会记入审计。
mail-trouble-starttls = 邮件服务器不支持 STARTTLS：请改用它支持的加密方式，或换端口
mail-trouble-certificate = 邮件服务器的证书不被信任
mail-trouble-refused = 连不上邮件服务器：地址或端口不对，或服务没有启动
mail-trouble-timeout = 邮件服务器没有应答
mail-trouble-name = 找不到邮件服务器的地址
template-frame = 邮件样子
template-plain = 纯文本部分
template-other = 换语言
template-send = 发给我自己
template-send-hint = 按已保存的文字发到 { $to }，内容是示例。
template-subject-line = 主题：{ $subject }
