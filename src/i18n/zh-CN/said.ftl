# 承诺的时限，按人说的写。
span-working_days = { $n } 个工作日
span-calendar_days = { $n } 天
span-hours = { $n } 小时
span-minutes = { $n } 分钟

# 流水或异常所引用的、没有自己单号的来处。
reference-stock-row = 库存导入第 { $row } 行
reference-round-in = { $date } 收件扫描，{ $who }
reference-round-out = { $date } 发件扫描，{ $who }
reference-round-move = { $date } 移库扫描，{ $who }
