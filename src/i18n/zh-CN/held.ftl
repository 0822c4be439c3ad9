# 网上申请：没有账号的人提出、等人核对的申请。

nav-public = 网上申请
nav-public-short = 网上申请
held-sub = 邮箱已确认，但还不清楚是哪家客户、哪种物料。
held-none = 没有待核对的申请
held-none-text = 能对上客户和物料的申请会直接成为返修单。
held-who = 申请人
held-what = 故障件
held-why = 待核对的原因
held-since = 确认时间
held-said = 申请内容
held-because-invalid = 对不上客户或物料
held-because-unknown_customer = 邮箱不属于任何客户，或属于多个客户
held-because-unknown_part = 物料不明
held-because-not_a_serial_part = 该物料不按序列号管理
held-because-rma_already_open = 该单件已有未结的返修单
held-because-unit_gone = 该序列号的件已报废或已耗用
held-because-other = 有内容对不上，请查看
held-because-mode_not_allowed = 合同不含这种服务方式
held-customer-hint = 客户代码
held-customer-known = 这个邮箱是以下客户的联系人：{ $customers }
held-accept = 登记为返修单
held-accept-text = 登记后，申请人会收到带返修单号的邮件。
held-dismiss = 不受理
said-dismissed = 已标记为不受理。
