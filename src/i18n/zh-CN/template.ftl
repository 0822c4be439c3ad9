# 管理员自己的邮件文字；演示时在浏览器里看邮件；测试邮件。

template-title = 邮件文字
template-sub = 每种邮件、每种语言各一套。没改的用内置文字。
template-how = 用 Fluent 语法书写。写坏的文字不会发出去，改用内置文字。
template-language-zh-CN = 中文
template-language-en = 英文
template-changed = 已修改
template-builtin = 内置
template-names = 可以引用：{ $names }
template-no-names = 没有可引用的内容。
template-preview = 预览
template-reset = 恢复内置文字
template-no-preview = 这里没有预览。
template-broken = 有 { $n } 处文字写坏了，发信时改用内置文字。
template-fault-unknown_key = 这种邮件没有这段文字。
template-fault-empty = 没有内容。
template-fault-too_long = 超过 { $max } 个字符。
template-fault-syntax = 读不懂，请检查大括号。
template-fault-unknown_variable = 这段文字里没有「{ $name }」可用。可用的有：{ $known }
field-text_unusable = { $reason }

mailbox-title = 已发邮件
mailbox-sub = 这里的邮件只写进文件夹，不会发到任何人的邮箱。
mailbox-none = 还没有邮件。
mailbox-subject = 主题

testmail-title = 测试邮件
testmail-text = 试一试邮件设置，结果见列表。
testmail-way = 邮件经 { $way } 发出。
testmail-none = 还没有设置发信：通知先排队等着。请设置 --mail 。
testmail-to = 收件人
testmail-send = 发送测试邮件
