"""The cast for those who read English: what shops, goods, warehouses and carriers are called.

Provinces, reasons and reviews stay as the marketplace and its buyers write them.
"""

from __future__ import annotations

import dataclasses

from shopwatch.demo.cast import Shop

TRADES = {
    "坚果零食": "Snacks", "母婴用品": "Baby", "男装": "Menswear", "家纺": "Linen", "户外运动": "Outdoor",
    "宠物用品": "Pets",
}  # fmt: skip
WORDS = {
    # shops
    "青颜护肤旗舰店": "Qingyan Skincare",
    "乐厨家居专营店": "Lechu Kitchen",
    "夜猫数码配件专卖店": "Night Owl Digital",
    "果然新鲜水果企业店": "Guoran Fresh Fruit",
    "新芽文具小店": "Sprout Stationery",
    # the brands of the many
    "云朵": "Cloud", "北岸": "Northbank", "小满": "Xiaoman", "拾光": "Shiguang", "鹿鸣": "Luming",
    "安禾": "Anhe", "巷口": "Laneside", "麦田": "Wheatfield", "知夏": "Zhixia", "石榴": "Pomegranate",
    "青柠": "Lime", "木子": "Muzi", "海棠": "Haitang",
    # tags
    "一部": "team 1", "二部": "team 2", "三部": "team 3", "美妆": "beauty", "家居": "home", "数码": "digital",
    "生鲜": "fresh", "文具": "stationery", "新店": "new", "零食": "snacks", "母婴": "baby", "服饰": "clothes",
    "家纺": "linen", "运动": "sports", "宠物": "pets",
    # goods
    "氨基酸洁面乳 120g": "Amino-acid cleanser 120 g", "玻尿酸补水面膜 10片": "Hyaluronic mask ×10",
    "烟酰胺精华 30ml": "Niacinamide serum 30 ml", "清透防晒霜 SPF50+": "Sunscreen SPF50+",
    "修护面霜 50g": "Repair cream 50 g", "304不锈钢保温杯 500ml": "Steel flask 500 ml",
    "硅胶锅铲五件套": "Silicone spatulas ×5", "玻璃饭盒 3只装": "Glass lunch boxes ×3",
    "厨房置物架 双层": "Kitchen rack, two shelves", "懒人抹布 400片": "Kitchen wipes ×400",
    "65W氮化镓充电器": "65 W GaN charger", "磁吸手机壳": "Magnetic phone case",
    "蓝牙耳机 半入耳": "Bluetooth earbuds", "编织快充线 2米": "Braided cable 2 m",
    "赣南脐橙 10斤": "Gannan oranges 5 kg", "阳光玫瑰葡萄 4斤": "Shine Muscat grapes 2 kg",
    "海南贵妃芒 5斤": "Hainan mangoes 2.5 kg", "烟台红富士 8斤": "Yantai Fuji apples 4 kg",
    "手账本套装": "Journal set", "按动中性笔 12支": "Gel pens ×12", "每日坚果 30包": "Daily nuts ×30",
    "手撕面包 2斤": "Soft bread 1 kg", "芒果干 500g": "Dried mango 500 g", "婴儿湿巾 80抽": "Baby wipes ×80",
    "纸尿裤 L码": "Nappies L", "恒温水壶": "Constant-heat kettle", "纯棉短袖T恤": "Cotton T-shirt",
    "休闲长裤": "Casual trousers", "连帽卫衣": "Hoodie", "四件套 1.8米": "Bedding set 1.8 m",
    "乳胶枕": "Latex pillow", "夏凉被": "Summer quilt", "速干运动裤": "Quick-dry trousers",
    "瑜伽垫": "Yoga mat", "登山杖 一对": "Trekking poles", "猫砂 20斤": "Cat litter 10 kg",
    "冻干零食": "Freeze-dried treats", "自动饮水机": "Pet fountain",
    # warehouses
    "杭州一仓": "Hangzhou 1", "广州二仓": "Guangzhou 2", "义乌仓": "Yiwu", "临沂仓": "Linyi", "东莞仓": "Dongguan",
    "赣州产地仓": "Ganzhou farm", "烟台产地仓": "Yantai farm", "自发货": "own stock",
    # carriers, by the names they go by abroad
    "顺丰": "SF Express", "中通": "ZTO", "圆通": "YTO", "韵达": "Yunda", "极兔": "J&T", "邮政": "China Post",
}  # fmt: skip


def in_english(shop: Shop) -> Shop:
    """Return the same shop under English names."""
    return dataclasses.replace(
        shop,
        name=_name(shop),
        tags=tuple(WORDS[tag] for tag in shop.tags),
        products=tuple(dataclasses.replace(one, name=WORDS[one.name]) for one in shop.products),
        carriers=tuple((WORDS[name], share) for name, share in shop.carriers),
        warehouses=tuple(WORDS[name] for name in shop.warehouses),
    )


def _name(shop: Shop) -> str:
    """A drawn shop's name is brand, trade, kind of shop and number, one after the other."""
    if shop.name in WORDS:
        return WORDS[shop.name]
    brand, rest = shop.name[:2], shop.name[2:]
    trade = next(words for words in TRADES if rest.startswith(words))
    return f"{WORDS[brand]} {TRADES[trade]} {shop.number}"
