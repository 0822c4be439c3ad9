# 邮件。每封信：主题、标题、正文一段、明细行。单位的名称、序列号、单号是数据，原样写出。

mail-subject = { $what } [{ $rma }]
mail-greeting = { $contact }，您好：
mail-greeting-nobody = 您好：
mail-unit = { $part } { $serial }
mail-units = { $part } { $serial } 等 { $count } 件
mail-part = { $name }（{ $part_no }）

mail-request_received-what = 已收到返修申请：{ $unit }
mail-request_received-title = 您的返修申请，我们收到了。
mail-request_received-body = 我们审核后会再写信告诉您下一步怎么做，现在先不用寄件。

mail-authorised-what = 返修申请已批准：{ $unit }
mail-authorised-title = 您的返修申请已经批准。
mail-authorised-body-send = 请把故障件寄到下面的备件库，箱外写上返修单号。我们收到后会写信告诉您承诺的日期。
mail-authorised-body-send-unnamed = 寄出故障件之前，请先与我们确认寄往哪个备件库，箱外写上返修单号。我们收到后会写信告诉您承诺的日期。
mail-authorised-body-wait-unnamed = 替换件会先发给您，发出时我们再写信。换下故障件后，请先与我们确认寄往哪个备件库，箱外写上返修单号。
mail-authorised-body-wait = 替换件会先发给您，发出时我们再写信。换下故障件后请寄到下面的备件库，箱外写上返修单号。

mail-replacement_shipped-what = 替换件已发出，替换{ $unit }
mail-replacement_shipped-title = 替换件已经发出。
mail-replacement_shipped-body-loan = 这件是借给您用的，维修期间不收费；您的原件修好交还后，请把它寄回。
mail-replacement_shipped-body-permanent = 这件换给您，不用寄回。
mail-replacement_shipped-faulty-due = 换下的故障件请最迟于 { $date }寄回，箱外写上返修单号。

mail-faulty_received-what = 已收到{ $unit }，最迟 { $date } 还给您
mail-faulty_received-what-kept = 已收到{ $unit }
mail-faulty_received-title = 您寄回的故障件，我们收到了。
mail-faulty_received-title-removed = 您换下的板件，我们收到了。
mail-faulty_received-kept = 您手上的替换件归您，不用再寄回。
mail-faulty_received-exchange = 如果修不了或赶不上，我们会提前联系您，并在 { $days } 天内换给您电性能相同的板件。

mail-promise-label = 承诺最迟修好交还
mail-promise-working = { $days } 个工作日，收到当天不计。
mail-promise-calendar = { $days } 天，收到当天不计。
mail-promise-provisional = { $year } 年放假安排公布后如有变动，会再写信告诉您。

mail-shipped_back-what = 已寄回：{ $unit }
mail-shipped_back-title-repaired = 您的板件已经修好，寄出了。
mail-shipped_back-title-nff = 您的板件检测未发现故障，已寄回。
mail-shipped_back-title-unrepaired = 您的板件未作维修，原样寄回。
mail-shipped_back-title-maker = 制造商换了一件同型号的给您，已经寄出。
mail-shipped_back-body-maker = 制造商留下了您的板件，现在寄给您的是换来的这一件，归您。收到后请确认外包装和序列号，有不对的请马上告诉我们。
mail-shipped_back-body = 收到后请确认外包装和序列号，有不对的请马上告诉我们。
mail-shipped_back-loaner = 借给您的替换件 { $serial } 请寄回。
mail-shipped_back-loaner-due = 借给您的替换件 { $serial } 请最迟于 { $date }寄回。

mail-closed-what = 返修单已关闭：{ $unit }
mail-closed-title = 这张返修单办完了。
mail-closed-body = 谢谢您的配合。如果故障再次出现，请重新申请返修，并写上这张单号。

mail-test-subject = 备库测试邮件
mail-test-title = 邮件设置可以用。
mail-test-body = 您能看到这封信，说明备库能把信送到这个地址。发送人：{ $asked_by }。

mail-button = 查看进度
mail-link-note = 不用登录。打不开按钮，请复制：
mail-link-text = 查看进度（不用登录）：{ $url }
mail-text-promise = { $label }：{ $date }
mail-text-note = （{ $note }）

mail-row-rma = 返修单
mail-row-unit = 故障件
mail-row-removed = 换下的板件
mail-row-serial = 序列号
mail-row-maker-serial = 寄给您的序列号
mail-row-received = 收到
mail-row-received-value = { $time }，{ $depot }
mail-row-replacement = 替换件
mail-row-replacement-serial = 替换件序列号
mail-row-holding = 您手上的替换件
mail-row-holding-loan = { $serial }，请继续使用，不收费
mail-row-holding-own = { $serial }，归您
mail-row-depot = 寄往
mail-row-address = 地址
mail-row-from = 发出
mail-row-carrier = 承运商
mail-row-tracking = 运单号
mail-row-line = 第 { $line } 行
mail-row-line-value = { $part }，{ $serial }

mail-footer-hotline = 热线 { $hotline }。
mail-footer-reply = 直接回复本信即可联系我们，请在主题中保留 { $rma }。
mail-footer-why = 您收到此信，因为您是{ $customer }的返修联系人。
mail-footer-why-test = 您收到此信，因为有人用这个地址测试邮件设置。
