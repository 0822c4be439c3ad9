# 证据包：beiku evidence、beiku verify-evidence。evidence-finding-<代码>：哪里不成立。

cli-evidence = 出具证据包：一段时间内应返的每一行，客户可自行复算出同一个及时修复率
cli-evidence-out = 写入的文件（.zip）
cli-evidence-from = 应返日期的起始日或月份
cli-evidence-to = 应返日期的截止日或月份
cli-evidence-as_of = 判定截至哪一天结束；不写则为今天
cli-evidence-depot = 只含该备件库受理的行
cli-evidence-customer = 只含该客户的行
cli-evidence-json = 以 JSON 输出结果
cli-evidence-examples =
    beiku evidence 2026-10.zip --from 2026-10 --to 2026-10
    beiku evidence jn.zip --from 2026-07 --to 2026-09 --depot JN
cli-verify-evidence = 不用数据库，按证据包自带的事实重新计算
cli-verify-evidence-file = 证据包（.zip）
cli-verify-evidence-head = 证据包末尾应有的哈希值，取自随附的纸面或邮件
cli-verify-evidence-sha256 = 整个文件（含 PDF）应有的 SHA-256，取自 GET /api/v1/evidence 或 `beiku evidence` 的输出
cli-verify-evidence-json = 以 JSON 输出结果
cli-verify-evidence-examples =
    beiku verify-evidence 2026-10.zip
    beiku verify-evidence 2026-10.zip --head 3f5a… --json

cli-evidence-issued = { $number }：{ $count } 行已写入 { $path }。末尾哈希 { $head }，文件 SHA-256 { $sha256 }
cli-evidence-holds = { $number } 成立：{ $from } 至 { $to } 应返的 { $count } 行，逐行与事实相符。末尾哈希 { $head }
cli-evidence-rate = { $variant }：{ $shown }（{ $eligible } 行中及时 { $timely } 行；未到期 { $pending }，停钟中 { $floating }，不计入 { $excluded }）
cli-evidence-broken = 证据包不成立。第 { $row } 行：{ $finding }（{ $what }）
cli-evidence-unreadable = { $path } 不是可读的证据包：{ $reason }

evidence-finding-file = 文件不是当初出具的那一份
evidence-finding-calendar = 日历与出具时不同
evidence-finding-restated = 更正清单与出具时不同
evidence-finding-chain = 与前一行接不上
evidence-finding-field = 字段无法识别
evidence-finding-due_date = 应返日期不符
evidence-finding-period = 不在本期应返
evidence-finding-class = 判定不符
evidence-finding-head = 末尾哈希不符
evidence-finding-figures = 汇总数与各行不符
