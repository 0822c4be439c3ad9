# 报表：及时修复率之外的各张。

reports-all = 报表
reports-timely-repair = 及时修复率
reports-ageing = 账龄
reports-turnaround = 返修周期
reports-fill-rate = 首次满足率
reports-vendors = 维修厂商记分卡
reports-watched = 易损件
watched-sub = 容易损坏的物料和它们的故障
watched-note = 故障是这种物料的一张维修单，客户的件和我方的件都算；结论为未发现故障的不算。按开单日计，90 天和 365 天都含今天。
watched-none = 还没有标为易损件的物料；在“设置 → 物料”里标出。
watched-count = { $n } 种易损件
watched-recent = 近 90 天故障
watched-earlier = 之前 90 天故障
watched-year = 近 365 天故障
watched-open = 其中未修完
watched-nff = 未发现故障
watched-available = 可用库存
watched-more = 多 { $n } 次
watched-failures = 故障
watched-no-failures = 这段时间没有故障。
watched-opened = 开单
watched-found = 结果
watched-own = 我方
wear-part = 易损件
reports-pauses = 停钟
reports-evidence = 证据包
reports-1m = 本月
reports-3m = 近 3 个月
reports-12m = 近 12 个月
reports-groups = 分组
reports-cut = 只列前 { $count } 行；全部行请用导出或接口。
col-rma = RMA
class-eligible = 应交

report-causes = 超期由谁造成
report-cause-none = 未认定
report-causes-shown = 本期的合同不因原因移出分母；这里只作说明。
report-causes-count = 按合同约定的免责原因移出分母 { $n } 件；一件都不移出时为 { $rate }。
report-same-denominator = 三种口径的应交数相同，都是 { $count } 件。
report-other-denominator = 口径之间差的 { $count } 件已按期决定等效更换，尚在三十天内，三十天补救口径暂不计。
evidence-pack = 证据包

ageing-open = 在办
ageing-risk = 在险，含超期
ageing-overdue = 已超期
ageing-floating = 停钟中
ageing-by-left = 按剩余工作日
ageing-by-left-note = 只含时钟在走、尚未超期的；点一行看清单。
ageing-by-age = 按已用天数
ageing-by-age-note = 自收到故障件次日起的工作日，停钟的日子不算。
ageing-days = { $from }–{ $to } 天
ageing-days-on = { $from } 天以上
ageing-col-days = 天数
ageing-col-lines = 返修行
ageing-col-used = 已用 / 承诺
ageing-col-left = 剩余
ageing-col-miss = 误期概率
ageing-lines = { $n ->
   *[other] 清单，{ $count } 行
}

turnaround-within = { $n } 个工作日内交还
turnaround-interval = 95 % 区间 { $low } 至 { $high }
turnaround-median = 一半交还用时
turnaround-p90 = 九成交还用时
turnaround-naive = 只看已交还的
turnaround-naive-note = 漏掉在办的，偏高
turnaround-days = { $n } 个工作日
turnaround-not-yet = 尚未达到
turnaround-curve = 收件后多少工作日交还了多少
turnaround-curve-label = 交还比例随工作日上升的曲线，竖线为第 { $n } 个工作日，横线为 95 %
turnaround-col-group = 组
turnaround-col-lines = 收件
turnaround-col-back = 已交还
turnaround-col-open = 在办
turnaround-col-within = 期内交还
turnaround-col-median = 一半
turnaround-col-p90 = 九成
turnaround-col-days = 工作日
turnaround-col-end = 结果
turnaround-end-returned = 已交还
turnaround-end-exchanged = 等效更换
turnaround-end-scrapped = 报废
turnaround-end-open = 在办或取消
turnaround-lines = { $n ->
   *[other] 清单，{ $count } 行
}
group-vendor = 维修厂商

fill-rate = 首次满足率
fill-of = { $filled } / { $approved }
fill-filled = 首选库按时到位
fill-elsewhere = 别的库按时到位
fill-late = 误时
fill-pending = 未到时
fill-floating = 等客户，不计
fill-dropped = 已取消
fill-not_filled = 未满足
fill-none = 这段时间没有批准的备件申请。
fill-none-missed = 都按时从首选库到位了。
fill-missed-by = 未满足的，按物料和首选库
fill-requests = 备件申请
fill-lines = { $n ->
   *[other] 申请清单，{ $count } 行
}
fill-no-time = 未承诺时限
fill-col-approved = 已有结果
fill-col-filled = 满足
fill-col-missed = 未满足
fill-col-rate = 满足率
fill-col-request = 申请
fill-col-when = 批准
fill-col-due = 应到
fill-col-from = 首选 → 实发
fill-col-class = 结果

vendors-makers = 各维修厂商
vendors-parts = { $vendor }，按物料
vendors-note = 近一年返厂的件。中位数为日历日，还在维修厂商处的也算在内。
vendors-sub = { $from } 至 { $to } 返厂的件
vendors-none = 近一年没有返厂维修。
vendors-outcomes = 修复 { $repaired }，未发现故障 { $nff }，无修复价值 { $ber }，换号 { $swapped }，丢失 { $lost }
vendors-days = { $n } 天
vendors-col-who = 维修厂商或物料
vendors-col-sent = 返厂
vendors-col-back = 收回
vendors-col-open = 在厂商处
vendors-col-overdue = 超厂商期
vendors-col-late = 迟回
vendors-col-outcomes = 结果
vendors-col-median = 一半收回用时
vendors-col-cost = 费用

pauses-holds = 停钟次数
pauses-open = 仍停着
pauses-days = 停钟扣掉的天数
pauses-reasons = 按原因
pauses-note = 只有客户造成的等待才停钟；缺料不停钟。天数按各单的服务等级计（工作日或自然日），到期之后才开始的等待不计。
pauses-none = 这段时间没有停钟。
pauses-lines = { $n ->
   *[other] 清单，{ $count } 行
}
pauses-stands = 至今
pauses-col-reason = 原因
pauses-col-holds = 次数
pauses-col-days = 扣掉天数
pauses-col-said = 谁说的
pauses-col-from = 起
pauses-col-to = 止

evidence-packs = 已出具的证据包
evidence-packs-note = 出具后一字不改。客户用 beiku verify-evidence 或照说明自写程序，不连本系统也能重算同一个率。
evidence-none = 还没有出具过证据包。
evidence-count = { $n ->
   *[other] 共 { $count } 份
}
evidence-new = 出具证据包
evidence-new-note = 收入应在这段日子里交还的每一行，按今天所知判定；留空即不限。
evidence-from = 应返日期，起
evidence-to = 应返日期，止
evidence-customer = 客户代码
evidence-customer-hint = 写了客户，该客户登录后可自行下载。
evidence-depot = 备件库代码
evidence-part = 料号
evidence-all-depots = 全部备件库
evidence-sure = 我知道：证据包出具后不能修改，也不能删除。
evidence-issue = 出具
evidence-zip = 证据包
evidence-col-number = 编号
evidence-col-period = 应返日期
evidence-col-of = 范围
evidence-col-lines = 行数
evidence-col-restated = 重述
evidence-col-issued = 出具
evidence-col-file = 下载
vendors-stays = 返厂记录
vendors-stays-count = { $n ->
   *[other] { $count } 次返厂
}
vendors-col-unit = 送修的件
vendors-col-for = 维修单
vendors-col-left = 发出
vendors-col-due = 厂商期
vendors-col-returned = 收回日期
vendors-col-outcome = 结果
vendors-col-other-serial = 换回的序列号
vendors-col-code = 代码
