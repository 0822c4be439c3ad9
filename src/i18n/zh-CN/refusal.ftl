# 规则说「不」的理由（refusal-<代码>）和字段错误（field-<代码>）。先说挡住的是什么，再说找谁、怎么办。
# 变量里的代码（件况、状态、动作……）由程序换成术语表里的叫法。

refusal-invalid = 有些字段填得不对，请改正后重试。

refusal-forbidden = 您的角色不包含这项操作（{ $permission }）。需要的话请找管理员。
refusal-not_your_depot = 您不能在备件库 { $depot } 做这项操作。请找该库的库管员，或请管理员把它分给您。
refusal-not_found = 没有找到{ $kind }「{ $key }」。
refusal-sign_in_failed = 用户名或密码不对，或者账号已停用。
refusal-last_admin = { $username } 是最后一个管理员，停用或改角色后就没有人能管理系统了。
refusal-setup_link_invalid = 设置链接已用过、已过期或不存在。

refusal-idempotency_key_reused = 幂等键 { $key } 已经用于另一个请求。内容不同的请求请换一个新键。
refusal-stale_version = 在您打开之后，别人改过这条记录（您的版本 { $expected }，现在是 { $actual }）。请刷新后重做。
refusal-already_exists = { $kind }「{ $key }」已经有了。

refusal-serial_ambiguous = 序列号 { $serial } 对应不止一件，请说明是哪个料号：{ $choices }。
refusal-unit_elsewhere = { $serial } 不在 { $claimed }，账上在 { $place }。
refusal-serial_elsewhere = 序列号 { $serial } 账上已经有了，在 { $place }。
refusal-not_enough_stock = { $place } 的 { $part_no } 不够 { $wanted } 件。
refusal-not_available = { $part_no } 在 { $depot } 可用 { $available } 件，不够 { $wanted } 件。
refusal-unit_reserved = { $serial } 已被预占，凭据 { $document }。
refusal-stock_reserved = { $depot } 剩下的 { $part_no } 都已被预占。
refusal-out_of_order = 时间早于 { $serial } 的上一条流水（{ $last_at }）。请先红冲后面的流水，再补记。
refusal-in_the_future = 发生时间 { $occurred_at } 还没有到。
refusal-illegal_move = 「{ $kind }」不能从 { $from } 到 { $to }。
refusal-wrong_condition = { $serial } 现在是{ $condition }，不能做「{ $kind }」。
refusal-wrong_owner = { $serial } 的所有权人是 { $owner }，不能这样处理。
refusal-already_reversed = 流水 { $movement } 已被 { $by } 红冲。
refusal-cannot_reverse_reversal = 流水 { $movement } 本身是红冲，不能再红冲；请重新记账。
refusal-not_the_last_movement = 流水 { $movement } 之后同一件还有流水 { $last }，请先红冲后面的。
refusal-belongs_to_document = 流水 { $movement } 属于单据 { $document }，请在该单据上撤销。
refusal-duplicate_in_batch = 同一批里 { $serial } 出现两次：第 { $first } 行和第 { $second } 行。
refusal-reservation_ended = 预占 { $id } 已经结束（{ $state }）。

refusal-rma_already_open = { $serial } 已有未完成的返修单 { $number }。
refusal-action_not_allowed = 现在的状态是「{ $state }」，不能做「{ $action }」。
refusal-mode_not_allowed = 合同约定的是{ $regime }，不能用「{ $mode }」。
refusal-wrong_serial = 扫到的是 { $scanned }，这一行应是 { $expected }。
refusal-no_spare_fits = { $depot } 没有可用的 { $part_no }，也没有可用的等效件。
refusal-not_equivalent = { $part_no } 既不是 { $wanted }，也没有确认为它的等效件。
refusal-loaner_still_out = 借出的替换件 { $serial } 还没有收回。
refusal-unit_still_here = 客户的 { $serial } 还在 { $place }，请先处理它的去向。
refusal-faulty_part_owed = 客户还欠我们故障件 { $serial }。
refusal-second_person_needed = 作废须由第二个人批准，不能是 { $username } 本人。
refusal-already_issued = 这一行已经发出替换件 { $serial }。
refusal-before_previous_step = 时间 { $occurred_at } 早于上一步（{ $previous }）。
refusal-too_long_ago = 补记超过 { $hours } 小时，须由售后负责人说明原因后办理。
refusal-hold_state = 时钟现在是「{ $state }」，不能这样操作。
refusal-no_bench = 备件库 { $depot } 没有维修工位，请先调拨到有工位的备件库。

refusal-calendar_bad_heading = 第一行应为 date,kind,name_zh,name_en。
refusal-calendar_bad_line = 第 { $line } 行读不懂。
refusal-calendar_year_out_of_range = { $year } 年超出范围，可用 { $first } 至 { $last } 年。
refusal-calendar_date_outside_year = { $date } 不属于 { $year } 年的通知。
refusal-calendar_previous_year_unpublished = { $date } 所在的年份还没有公布放假安排。
refusal-calendar_date_twice = { $date } 列了两次。
refusal-calendar_makeup_on_weekday = { $date } 标为调休上班，但它本来就是工作日。
refusal-calendar_statutory_day_worked = { $date } 是法定节假日，按这份通知却要上班。

refusal-code_missing = 没有填代码。
refusal-code_too_long = 代码太长。
refusal-code_bad_character = 代码里有不能用的字符。
refusal-serial_missing = 没有填序列号。
refusal-serial_too_long = 序列号太长。
refusal-serial_control_character = 序列号里有看不见的控制字符。

field-required = 必填。
field-too_long = 最多 { $max } 个字。
field-unknown = 没有「{ $value }」。
field-unknown_word = 只能是：{ $allowed }。
field-unknown_place = 没有「{ $code }」这个位置。
field-out_of_range = 应在 { $min } 到 { $max } 之间。
field-before_start = 不能早于开始日期 { $start }。
field-duplicate = 「{ $value }」重复了。
field-not_positive = 应大于零。
field-one_per_serial = 有序列号的单件，数量只能是 1。
field-not_for_quantity_part = 这个料号按数量管理，不填序列号。
field-only_by_scrap = 报废请用「报废」流水。
field-only_by_transfer_title = 改所有权人请用「所有权转移」流水。
field-username_characters = 只能用字母、数字、点、下划线和连字符。
field-password_too_short = 至少 { $min } 个字符。
field-password_is_username = 密码不能和用户名一样。
field-not_for_this_role = 这个角色不填此项。

permission-manage_users = 管理用户
permission-manage_setup = 维护基础资料
permission-import_data = 导入导出
permission-move_stock = 出入库
permission-correct_stock = 更正库存
permission-read_stock = 查看库存
permission-reserve = 预占备件
permission-request_rma = 申请返修
permission-decide_rma = 审批返修
permission-handle_rma = 办理返修收发
permission-repair = 维修
permission-confirm_return = 确认返还
permission-read_rma = 查看返修
permission-read_figures = 查看指标
permission-manage_notices = 管理通知
permission-read_audit = 查看审计

thing-user = 用户
thing-token = 令牌
thing-depot = 备件库
thing-bin = 库位
thing-place = 位置
thing-part = 物料
thing-unit = 单件
thing-customer = 客户
thing-contact = 联系人
thing-site = 站点
thing-vendor = 制造商
thing-plan = 服务等级
thing-contract = 合同
thing-calendar = 工作日历
thing-movement = 流水
thing-reservation = 预占
thing-shipment = 发运
thing-repair = 维修单
thing-rma = 返修单
thing-line = 返修行
thing-rma_line = 返修行
thing-promise = 承诺
thing-notice = 通知
thing-import = 导入
thing-page = 页面
