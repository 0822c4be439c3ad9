# 指标：返修行的判定，以及提问有误时的说明。

rate-class-timely = 及时
rate-class-missed = 超期
rate-class-pending = 未到期
rate-class-floating = 停钟中
rate-class-excluded = 不计入

rate-excluded-void = 已作废
rate-excluded-cancelled = 到期前取消
rate-excluded-scrap_agreed = 客户同意报废
rate-excluded-excused = 合同约定免责

field-bad_day_or_month = 请写成 2027-03-07 这样的日期，或 2027-03 这样的月份。
field-bad_month = 请写成 2027-03 这样的月份。
field-in_the_future = 在将来：账上只有已经发生的事。
field-bad_instant = 请写成 2027-03-07 这样的日期，或 2027-03-07T09:00:00Z 这样的时刻。

proposal-reason = 预计无法按期返还
