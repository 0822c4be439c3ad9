# 无需账号的返修申请，以及客户自己确认签收。

public-title = 报修
public-text = 不需要账号。我们会给您发一封邮件，点开里面的链接，确认邮箱是您的即可。
public-name = 姓名
public-email = 邮箱
public-email-hint = 确认链接和后续进展都发到这里。
public-organisation = 单位
public-phone = 电话
public-serial-hint = 见故障件标签
public-part = 料号（知道的话）
public-fault = 故障现象
public-submit = 提交
public-have-number = 我有返修单号，想查进度
public-sent = 请查收邮件
public-sent-text = 我们给您发了一封带链接的邮件。点开链接并确认之后，申请才会到我们这里。
public-sent-hint = 没收到？请看看垃圾邮件。同一邮箱一天最多收到三封这样的邮件。
public-gone = 链接已失效
public-gone-text = 链接已超过一天，或者不完整。它没有登记任何申请。
public-again = 重新填写
public-ask = 请核对
public-confirm = 没错，申请返修
public-registered = 申请已登记
public-registered-text = 返修单号 { $number }。审核通过后我们会写信给您，现在先不用寄件。
public-follow = 查看进度
public-held = 申请收到了
public-held-text = 同事会先核对。登记成返修单后，我们写信告诉您单号；您现在不用再做什么。

track-confirm-title = 收到了吗？
track-confirm-text-return = 填写姓名，确认这件已经交还给您。我们的承诺期限到此为止。
track-confirm-text-replacement = 填写姓名，确认替换件已经交到您手上。我们对替换件的承诺期限到此为止。
track-confirm-name = 您的姓名
track-confirm-submit = 是的，已收到
track-confirm-missing = 请填写姓名。
track-request = 再报修一件

notice-confirm_request = 待确认的申请
thing-tracking = 返修单与查询码

mail-confirm_request-subject = 请确认您的返修申请：{ $serial }
mail-confirm_request-title = 还差一步：请确认申请。
mail-confirm_request-body = 有人（应该就是您）用这个邮箱申请返修下面这件。请点开链接确认，确认之后申请才会到我们这里。
mail-confirm_request-button = 确认申请
mail-confirm_request-note = 链接 24 小时内有效。如果不是您提交的，不用理会。
mail-confirm_request-link = 确认申请：{ $url }
mail-confirm_request-fault = 故障现象
mail-footer-why-request = 您收到这封邮件，是因为有人提交返修申请时填了这个邮箱。
