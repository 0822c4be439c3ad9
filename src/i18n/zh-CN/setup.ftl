# 基础资料：备件库、物料、客户、制造商、服务等级、合同、工作日历。字段错误的键 = field- 加代码。

permission-read_setup = 查看基础资料

thing-plan_version = 服务等级的版本

vendor-swap-exchange = 算更换
vendor-swap-repair = 算修复

calendar-source-built_in = 随程序提供
calendar-source-upload = 已上传
calendar-source-rule = 尚未公布，按法定节假日推算
calendar-kind-holiday = 放假
calendar-kind-makeup = 调休上班

field-unknown_depot = 没有备件库「{ $code }」。
field-unknown_customer = 没有客户「{ $code }」。
field-unknown_plan = 没有服务等级「{ $code }」。
field-not_of_rma = 返修行上是 { $said }。请留空，或填写返修行上的内容。
field-unknown_site = 这个客户没有站点「{ $site }」。已有站点：{ $sites }。
field-unknown_site-bare = 这个客户没有站点「{ $site }」，请先添加。
field-reserved_word = 这个词另有所指，请换一个代码。
field-alternate_is_self = 物料不能替代它自己。
field-other_tracking = 两个物料的管理方式不同，不能互相替代。
field-fixed_by_movements = 这个物料已有流水或返修，此项不能再改。
field-only_for_instruments = 只有仪器仪表才有检查周期。
field-instrument_has_serial = 仪器仪表必须按序列号管理。
field-not_for_instruments = 仪器仪表不是备件。
field-kept_as_spare = 先结束替代关系、取消安全库存，才能改为仪器仪表。
field-site_in_contract = 站点「{ $site }」写在合同里，请先修改合同。
field-fixed = 建立后不能再改。
field-name_taken = 已有服务等级叫这个名字或代码，导入时会分不清。
field-days_only = 修复返还只能按工作日或自然日计。

field-calendar_bad_heading = 第一行应为 date,kind,name_zh,name_en。
field-calendar_bad_line = 第 { $line } 行读不懂。
field-calendar_year_out_of_range = { $year } 年超出范围，可用 { $first } 至 { $last } 年。
field-calendar_date_outside_year = { $date } 不属于 { $year } 年的通知。
field-calendar_previous_year_unpublished = { $date } 所在的年份还没有公布放假安排。
field-calendar_date_twice = { $date } 列了两次。
field-calendar_makeup_on_weekday = { $date } 标为调休上班，但它本来就是工作日。
field-calendar_statutory_day_worked = { $date } 是法定节假日，按这份通知却要上班。

cli-calendar = 工作日历
cli-calendar-import = 发布一年的放假安排
cli-calendar-import-file = CSV 文件，第一行为 date,kind,name_zh,name_en；kind 填 holiday 或 makeup
cli-calendar-import-preview = 只看哪些应返日期会变，不发布
cli-calendar-import-json = 以 JSON 输出
cli-calendar-import-examples =
    beiku calendar import cn-2027.csv --preview
    beiku calendar import cn-2027.csv
cli-calendar-examples =
    beiku calendar import cn-2027.csv --preview
cli-calendar-published = 已发布 { $years } 年：重算未完成的承诺 { $checked } 条，{ $moved } 条的日期变了，{ $settled } 条日期不变、转为确定。
cli-calendar-previewed = 若发布 { $years } 年：重算未完成的承诺 { $checked } 条，{ $moved } 条的日期会变，{ $settled } 条日期不变、转为确定。什么都没有改动。
cli-calendar-more = ……另有 { $count } 条，用 --json 查看全部。
