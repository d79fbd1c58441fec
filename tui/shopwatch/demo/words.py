"""What the simulated people and companies are called, and what buyers write."""

from __future__ import annotations

from typing import NamedTuple


class Province(NamedTuple):
    """share: of the orders. days: what a parcel from the east coast takes to get there."""

    name: str
    share: int
    days: int


PROVINCES = (
    Province("广东", 17, 2), Province("江苏", 11, 1), Province("浙江", 11, 1), Province("山东", 9, 2),
    Province("河南", 7, 2), Province("四川", 7, 3), Province("河北", 5, 2), Province("湖北", 5, 2),
    Province("安徽", 5, 1), Province("上海", 5, 1), Province("湖南", 4, 2), Province("福建", 4, 2),
    Province("北京", 4, 2), Province("陕西", 3, 3), Province("辽宁", 3, 3), Province("重庆", 2, 3),
    Province("江西", 2, 2), Province("广西", 2, 3), Province("云南", 1, 4), Province("黑龙江", 1, 4),
    Province("甘肃", 1, 4), Province("新疆", 1, 6),
)  # fmt: skip

EAST = frozenset({"江苏", "浙江", "上海", "安徽"})
"""江浙沪皖, one region in the rules on tracking."""

WAYBILLS = {
    name: letters
    for letters, names in {
        "SF": ("顺丰", "SF Express"),
        "ZT": ("中通", "ZTO"),
        "YT": ("圆通", "YTO"),
        "YD": ("韵达", "Yunda"),
        "JT": ("极兔", "J&T"),
        "EM": ("邮政", "China Post"),
    }.items()
    for name in names
}
"""What a carrier's numbers begin with."""

AGENTS = ("小雨", "阿杰", "琳琳", "晓晨", "子涵", "大鹏")
ROBOT = "智能客服"

REASONS = {
    "quality": ("质量问题", "商品与描述不符", "做工瑕疵", "有异味/掉色", "变质/临期"),
    "damage": ("商品破损", "包装破损", "运输途中压坏", "漏液/渗漏"),
    "logistics": ("长时间未揽收", "物流停滞", "快递一直未送到", "少件/漏发"),
    "other": ("七天无理由", "不喜欢/不想要", "拍错/多拍", "尺码不合适", "价格有变动"),
}

GOOD = (
    "质量很好，和描述一样，会回购",
    "包装严实，发货很快",
    "第二次买了，一如既往地好",
    "性价比高，推荐给朋友了",
    "客服耐心，东西也不错",
    "物流给力，隔天就到",
    "家人都喜欢，值得买",
    "用了几天才来评价，满意",
    "好评！",
)

BAD = {
    "quality": (
        "用了两天就坏了，质量太差",
        "和直播间说的完全不一样",
        "有异味，不敢用",
        "做工粗糙，一看就是次品",
        "没用几次就不行了，失望",
    ),
    "damage": (
        "收到就是碎的，包装太薄",
        "盒子压扁了，里面坏了一半",
        "坏了三个，流得到处都是",
        "外箱都烂了，里面也磕了",
    ),
    "logistics": (
        "物流太慢了，等了一个星期",
        "显示已发货三天没动静",
        "快递一直不揽收，催了也没用",
        "派件态度差，扔门口就走",
    ),
    "service": ("客服半天不回消息", "退款拖了两天才同意", "问什么都是自动回复", "晚上根本没人理"),
    "other": ("一般般，不值这个价", "没有想象中好", "凑合用吧", "颜色有色差"),
}

BRANDS = (
    "云朵", "北岸", "小满", "拾光", "鹿鸣", "安禾", "巷口", "麦田", "知夏", "石榴", "青柠", "木子", "海棠",
)  # fmt: skip
SUFFIXES = ("旗舰店", "专营店", "专卖店", "企业店", "优选店")
