# 首次启动、上手路径，以及提交表单之后页面上提示一次的话。

start-setup = 创建第一个管理员
start-setup-text = 您打开的是服务器终端里打印的一次性链接。在这里创建的账号拥有全部权限，创建后链接作废。
start-username-hint = 登录用，可用字母、数字、下划线、连字符
start-name = 姓名
start-email = 您的邮箱
start-begin = 创建账号并开始
start-spent = 链接已失效
start-spent-text = 链接已用过，或者已超过一天。还没有任何用户时，重启服务会打印新的链接；已有用户的话，请直接登录。

start-title = 从零到第一张返修单
start-sub = 已完成 { $done } / { $all }
start-step-depots = 备件库
start-step-parts = 物料
start-step-customers = 客户
start-step-stock = 期初库存
start-step-mail = 测试邮件
start-step-rma = 第一张返修单
start-about-depots = 备件放在哪里，故障件收到哪里
start-about-parts = 会坏的是什么，可以用什么替代
start-about-customers = 板卡是谁的，邮件发给谁
start-about-stock = 今天各处有什么；文件先检查，不直接写入
start-about-mail = 发到您自己的邮箱，看邮件能否发出
start-about-rma = 可以新建，也可以导入表格里未结的单子
start-make-depots = 新建备件库
start-make-parts = 新建物料
start-make-customers = 新建客户
start-make-stock = 手工入账
start-make-mail = 发送
start-make-rma = 新建返修单
start-new-depot = 新建备件库
start-new-part = 新建物料
start-new-customer = 新建客户
start-code = 编号
start-code-hint = 平时怎么叫就怎么写，尽量短，如 JN
start-name-of = 名称
start-name-en = 英文名称
start-city = 城市
start-address = 邮寄地址
start-part-no = 料号
start-maker = 厂家
start-contact = 联系人

start-password-hint = 至少 10 个字符，长度比花样重要。
start-password-again = 再输一遍密码

me-password-current = 原密码
me-password-new = 新密码
me-password-again = 再输一遍新密码
me-password-hint = 至少 10 个字符。其他登录会退出，令牌不受影响。
me-token-make = 生成令牌
me-token-days = { $n } 天后
field-passwords_differ = 两次输入不一致。

said-password = 密码已修改，其他登录已退出。
said-token-revoked = 令牌已吊销。
said-made = 已保存。
said-action = 已完成。
said-queued = 已排队，即将发送。
login-empty-title = 还没有人能登录
login-empty-text = 系统里还没有用户。第一个管理员用一次性链接创建。
login-empty-link = 服务启动时，已在终端或日志里打印出该链接，24 小时内有效：
login-empty-again = 链接过期或找不到？重新启动服务，会打印新的链接。
login-empty-command = 也可以用命令行创建管理员：
