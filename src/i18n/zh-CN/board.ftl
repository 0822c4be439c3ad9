# 总览：月末预测、谁做下一步、库存覆盖、首次满足率。

dash-say-left = 本月内还有 { $open } 件未到期或停钟，预计其中 { $expected } 件会超期；最多还容得下 { $n } 件。
dash-chance = 达标的可能
dash-forecast-key = 月末预测及 90 % 区间
dash-who-what = { $who }：{ $what }
dash-next-confirm = 等客户签收
dash-next-answer = 等客户答复报价
dash-next-swap = 换等效板
dash-reason-late = 已超期，不再计为及时
dash-reason-chance = 误期概率 { $percent } %
dash-reason-near = 剩余不足 15 个工作日
dash-reason-swap-early = 误期概率尚未算出，{ $depot }有等效板，{ $date } 前决定还来得及
dash-reason-swap-late = 已超期；{ $depot }有等效板，{ $date } 前换到仍守得住三十天的承诺
dash-reason-swap = 误期概率 { $percent } %，{ $depot }有等效板，{ $date } 前决定还来得及
dash-reason-cause = { $reason }，责任归属：{ $cause }

dash-heat = 各库良品对安全库存
dash-heat-how = 可用良品 / 安全库存
dash-heat-cell = 可用 { $have }，安全库存 { $want }
dash-heat-none = 未设安全库存
dash-heat-0 = 低于安全库存
dash-heat-1 = 刚好
dash-heat-more = { $n ->
   *[other] 另有 { $count } 种
}

dash-fill = 首次满足率，近 28 天
dash-fill-none = 近 28 天没有批准的备件申请。
dash-fill-how = 竖线为 { $target }，“/” 后为已有结果的申请数。
dash-fill-missed = { $n ->
   *[other] 未满足 { $count } 次，按物料
}
dash-fill-others = 其他物料

tile-risk-late = 其中超期 { $n }
fill-no-depot = 未选定备件库

dash-heat-weeks = 各库良品可支撑周数
dash-heat-weeks-how = 可用良品 ÷ 近 26 周平均消耗
dash-heat-weeks-cell = 可用 { $have }，近 26 周发出 { $used }
dash-heat-unused = 近 26 周没有发出
dash-heat-week-1 = 不足 1 周
dash-heat-week-2 = 1–2 周
