# 返修单列表：保存的视图、批量指派。
view-name = 视图名称
view-share = 全体员工可见
view-shared = 共享
view-keep = 保存为视图
view-forget = 删除此视图
view-forget-title = 删除视图“{ $name }”？
facet-assignee = 负责人
facet-nobody = 未指派
facet-clock-overdue = 已逾期
facet-clock-d5 = 剩 0–5 个工作日
facet-clock-d10 = 剩 6–10 个工作日
facet-clock-d11 = 剩 11 个工作日以上
facet-clock-none = 尚无日期
rma-choose = 选择
rma-choose-one = 选择 { $number }
rma-assign-chosen = 指派所选
rma-assign-missing = 请选择返修行和负责人。
said-assigned = 已指派。
thing-view = 视图

unit-at-customer = 客户
unit-at-vendor = 原厂
unit-at-engineer = 工程师
unit-at-bench = 维修台
hit-request = 备件申请
hit-repair = 维修单
