# 命令行。帮助：cli-<命令>、cli-<命令>-<参数>、cli-<命令>-examples；设置：cli-setting-<名称>。

cli-help-template =
    {"{about-with-newline}"}
    用法：{"{usage}"}

    {"{all-args}{after-help}"}
cli-heading-commands = 命令
cli-heading-arguments = 参数
cli-heading-options = 选项
cli-heading-examples = 例子：
cli-builtin-help = 显示帮助
cli-builtin-version = 显示版本

cli = 备库：备件库与返修系统。库存账自己能证明自己，承诺账说到做到
cli-examples =
    beiku serve
    beiku user add li --role clerk --depot JN
    beiku --database postgres://beiku@localhost/beiku migrate
cli-setting-config = 设置文件（TOML），键名与选项名相同
cli-setting-database = 数据库：sqlite:FILE 或 postgres://… [默认 sqlite:beiku.db]
cli-setting-log_format = 日志格式，text 或 json [默认 text]
cli-setting-log = 日志内容，例如 info,beiku=debug [默认 info]
cli-setting-listen = 监听地址 [默认 127.0.0.1:8080]
cli-setting-base_url = 人们访问本服务的网址，邮件里的链接用它 [默认 http:// 加监听地址]
cli-setting-mail = 发信方式：smtp://user:password@host:587、smtps://…、file:FOLDER [默认不发，留在待发队列]
cli-setting-mail_ca = 另外信任的证书（PEM 文件），用于自建邮件服务器
cli-setting-mail_from = 发件人 [默认 beiku@ 加网址中的主机名]
cli-setting-mail_reply_to = 回信地址
cli-setting-company = 公司名称，用于页面和邮件
cli-setting-hotline = 客户咨询电话，用于邮件和客户页面
cli-setting-behind_proxy = 信任前置反向代理的 X-Forwarded-For
cli-setting-drain_seconds = 收到停止信号后再接待多少秒，期间 /readyz 报告不可用
cli-setting-slow_statement_ms = 数据库语句超过多少毫秒就记入日志；0 为不记
cli-setting-session_idle_minutes = 多少分钟不操作就退出登录
cli-setting-session_life_hours = 登录后最长多少小时须重新登录
cli-setting-requests_per_minute = 每个用户每分钟最多向本节点发送多少次请求；0 表示不限
cli-setting-require_second_factor = 未启用验证器的人不能使用本系统
cli-setting-leaked_passwords = 已泄露密码的 SHA-1 文件，已排序，每行一个：其中的密码一律不接受
cli-setting-virus_scanner = ClamAV 守护进程，返修单和收件登记的每个文件都先交它检查：tcp://HOST:PORT 或 unix:PATH
cli-setting-sso_issuer = 单点登录提供方（OpenID Connect）的地址
cli-setting-sso_client_id = 本系统在提供方登记的客户端标识
cli-setting-sso_client_secret = 提供方给出的客户端密钥
cli-setting-sso_claim = 用哪一项对应用户
cli-setting-sso_acr = 单点登录须以何种方式验证身份（如双因素），写法以提供方为准
cli-setting-sso_name = 登录页上提供方的名称

cli-serve = 运行服务
cli-serve-no_migrate = 启动前不升级数据库
cli-serve-examples =
    beiku serve
    beiku serve --listen 0.0.0.0:8080 --base-url https://beiku.example.cn --mail smtp://beiku:secret@mail.example.cn
cli-verify = 用流水核对库存账；有出入时逐条列出，退出码为 1
cli-verify-seal = 以前留存的封存值（取自 GET /api/v1/seals 或证据包），必须仍在账上；可以给多个
cli-verify-json = 以 JSON 输出
cli-verify-examples =
    beiku verify
    beiku verify --json
cli-migrate = 把数据库升级到最新结构
cli-migrate-json = 以 JSON 输出
cli-migrate-examples =
    beiku migrate
    beiku --database postgres://beiku@localhost/beiku migrate

cli-export = 把账里的数据写成表格
cli-export-kind = 导出什么
cli-export-out = 写到哪个文件；按扩展名决定格式：“.csv”（UTF-8）或“.xlsx”
cli-export-from = timely-repair：应返日期的首日或首月 [默认往前十二个月]
cli-export-to = timely-repair：应返日期的末日或末月 [默认本月]
cli-export-as_of = timely-repair：按这一天结束时的情况判定 [默认今天]
cli-export-known_at = timely-repair：只算到那时已登记的 [默认现在]
cli-export-depot = timely-repair：只要这个备件库收到的
cli-export-customer = timely-repair：只要这个客户的
cli-export-json = 以 JSON 输出
cli-export-examples =
    beiku export stock stock.xlsx
    beiku export timely-repair 2026.csv --from 2026-01 --to 2026-12

cli-user = 管理用户
cli-user-add = 添加用户
cli-user-add-name = 用户名
cli-user-add-role = 角色
cli-user-add-password = 密码，至少 8 个字符 [默认自动生成并显示]
cli-user-add-password_stdin = 从标准输入读密码，不留在命令历史里
cli-user-add-depot = 分给该用户的备件库代码，可重复
cli-user-add-customer = 该用户所属客户的代码，可重复（客户角色）
cli-user-add-email = 邮箱
cli-user-add-display_name = 显示的姓名
cli-user-add-language = 页面和邮件的语言
cli-user-add-json = 以 JSON 输出
cli-user-add-examples =
    beiku user add admin --role admin
    beiku user add li --role clerk --depot JN --depot DZ --email li@example.cn
    beiku user add wang --role customer --customer C1001
cli-user-password = 设置用户密码，并结束其所有登录
cli-user-password-name = 用户名
cli-user-password-password = 新密码，至少 8 个字符 [默认自动生成并显示]
cli-user-password-password_stdin = 从标准输入读密码
cli-user-password-json = 以 JSON 输出
cli-user-password-examples =
    beiku user password li
cli-user-token = 生成接口令牌，单独输出在最后一行
cli-user-token-name = 令牌代表的用户
cli-user-token-expires = 有效天数
cli-user-token-label = 备注，便于辨认
cli-user-token-json = 以 JSON 输出
cli-user-token-examples =
    TOKEN=$(beiku user token li --expires 30)
cli-user-list = 列出用户
cli-user-list-json = 以 JSON 输出
cli-user-list-examples =
    beiku user list
    beiku user list --json
cli-user-examples =
    beiku user add li --role clerk --depot JN
    beiku user list

cli-failed = 出错：{ $what }
cli-no-database = { $path } 处没有数据库。请先运行“beiku migrate”建立，或用 --database 指定另一个。
cli-needs-migration = { $database } 的结构不是最新的。请先运行“beiku migrate”。
cli-served-already = 这个数据库文件上已有另一个“beiku serve”在运行。内嵌数据库只能由一个服务使用；要多节点运行，请改用 PostgreSQL。
cli-cannot-listen = 无法监听 { $address }：{ $reason }。请用 --listen 换一个地址。
cli-migrated = { $count ->
    [0] { $database } 已是最新。
   *[other] { $database } 已升级到最新，执行了 { $count } 步。
}
cli-exported = 已写入 { $count } 行：{ $path }
cli-export-ending = { $path } 的扩展名须为“.csv”或“.xlsx”。
cli-user-added = 已添加用户 { $name }（{ $role }）。
cli-user-off = （已停用）
cli-password-set = { $name } 的密码已设置，其所有登录已结束。
cli-password-made = 密码：{ $password }
cli-token-made = { $name } 的接口令牌，有效期至 { $date }，只显示这一次：
cli-serving = 备库已启动：{ $url }（按 Ctrl-C 停止）。
cli-setup-link = 还没有用户。请在 24 小时内打开此链接创建第一个管理员，链接只能用一次：{ $url }

cli-demo = 新建一个示例公司数据库，每种角色一个用户，邮件存入文件夹，然后启动服务
cli-demo-data = 数据库和邮件所在的文件夹，下次启动继续使用 [默认：新的临时文件夹]
cli-demo-examples =
    beiku demo
    beiku demo --listen 127.0.0.1:9000 --data demo
cli-demo-folder = 数据库和邮件在 { $path }。用以下用户登录：

cli-import = 把表格导入账册
cli-import-kind = 表格的内容
cli-import-file = CSV（UTF-8 或 GB18030）或 XLSX
cli-import-dry_run = 只检查每一行，不写入
cli-import-skip_bad = 有行被拒绝时，仍写入其余正确的行
cli-import-rejects = 把被拒绝的行及原因写入此文件
cli-import-json = 以 JSON 输出
cli-import-examples =
    beiku import parts parts.csv
    beiku import stock stock.xlsx --skip-bad --rejects wrong.csv
cli-import-rows = 行
cli-import-busy = 检查期间账册一直在变动。没有写入任何内容，请重试。
cli-import-refused = { $count } 行被拒绝。请更正，或用 --skip-bad 跳过。
cli-import-refused-row = 第 { $row } 行，{ $column }：{ $reason }
cli-import-summary = { $path }：读取 { $read } 行，接受 { $accepted } 行，未变 { $unchanged } 行，拒绝 { $refused } 行
cli-import-nothing-written = 没有写入任何内容。
cli-cannot-read = 无法读取 { $path }：{ $reason }
cli-cannot-write = 无法写入 { $path }：{ $reason }


cli-backup = 在使用中复制内嵌数据库，并核对副本
cli-backup-out = 要写入的文件，不得已存在
cli-backup-json = 以 JSON 输出
cli-backup-examples =
    beiku backup beiku-2026-11-21.db
cli-restore = 把备份恢复为数据库
cli-restore-file = 备份文件
cli-restore-json = 以 JSON 输出
cli-restore-examples =
    beiku --database sqlite:beiku.db restore beiku-2026-11-21.db
cli-restore-sqlite-only = 此命令只能恢复 SQLite 数据库。PostgreSQL 请使用其自带工具。
cli-backed-up = 备份 { $path } 已写入并核对无误。
cli-restored = { $path } 已恢复并核对无误。
cli-file-exists = { $path } 已存在，不会覆盖。

cli-completions = 输出命令行补全脚本
cli-completions-shell = 哪种 shell
cli-completions-examples =
    beiku completions bash > /etc/bash_completion.d/beiku
cli-man = 输出手册页
cli-man-folder = 改为把每个命令的手册页写入此文件夹
cli-man-examples =
    beiku man --folder /usr/local/share/man/man1
