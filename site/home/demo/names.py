"""Names of invented places and people. Each carries 演示, so that nobody takes one for a real place or person.

A person is 演示 + a family name + a word of nature (演示张禾); a few have the middle dot of minority names, and a few a rare
character, so that a newcomer sees how certificates treat them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random

MARK = "演示"

# The first is the urban sub-district, the second half urban, the third a zone; the others are country towns.
TOWNS = (
    "演示中街街道",
    "演示书院街道",
    "演示新港区",
    "演示东河镇",
    "演示西塘镇",
    "演示南圩镇",
    "演示北桥镇",
    "演示柳溪镇",
    "演示枫桥头镇",
    "演示稻香镇",
    "演示银杏镇",
    "演示石板镇",
    "演示长堤镇",
    "演示青禾镇",
)

_VILLAGE_FIRST = "柳松竹梅桃李杏枣榆槐桑麦稻荷菱芦葵棠橘莲"
_VILLAGE_SECOND = "湾溪塘坡桥渡圩荡园岗墩庄里泉洲港浜埂坝畈"
_COMMUNITY_FIRST = (
    "朝阳",
    "晨光",
    "文昌",
    "和顺",
    "安居",
    "长乐",
    "春晖",
    "同心",
    "明德",
    "怡园",
    "锦绣",
    "望江",
    "清风",
    "暖阳",
)
_COMMUNITY_SECOND = ("", "东", "西", "南", "北", "新")
DEDICATED = ("园区", "学校", "医院", "集贸市场", "商业街", "物流园")

_FAMILY = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
_GIVEN = "禾苗松竹梅兰菊荷桃李杏枣榆槐桑麦稻菱芦葵棠橘莲柏杉桂枫柳桐楠椿樟梓榕棉麻茶谷豆穗叶芽蕾藤草蒲艾芹薇萱芷蓉溪泉江河湖海洋波涛渔舟帆桥堤岸洲沙石岩峰岭岗山川原野田园林森云雨雪霜露雾虹雷电风晨曦晓昕阳晴星月辰春夏秋冬东西南北"
_DOTTED_FIRST = ("阿禾", "吉木", "古丽", "巴图", "卓玛", "帕夏", "阿依", "木兰", "乌兰", "塔娜", "索朗", "娜仁")
_DOTTED_SECOND = ("阿松", "青禾", "山月", "云泉", "小溪", "金穗", "木叶", "白桦", "星河", "晨雾", "草原", "雪莲")
# Beyond the common fonts: the certificate falls back to its rare fonts for the first five.
_RARE = ("𠮷禾", "𠮷松", "王𪚥", "李㛃", "陈䶮")
# No font of the certificate has this one: the award is set aside, and the page names the character.
UNPRINTABLE = f"{MARK}石𰻝"


def village_names(count: int, rng: random.Random) -> list[str]:
    """Distinct names without the ending 村, in a mixed order."""
    names = [f"{first}{second}" for first in _VILLAGE_FIRST for second in _VILLAGE_SECOND]
    rng.shuffle(names)
    return [f"{MARK}{name}" for name in names[:count]]


def community_names(count: int, rng: random.Random) -> list[str]:
    """Distinct names without the ending 社区."""
    names = [f"{first}{second}" for second in _COMMUNITY_SECOND for first in _COMMUNITY_FIRST]
    chosen = names[:count]
    rng.shuffle(chosen)
    return [f"{MARK}{name}" for name in chosen]


def person_names(count: int, rng: random.Random) -> list[str]:
    """Distinct names in a mixed order: common ones, one in a hundred with a dot, five with a rare character."""
    common = [f"{family}{given}" for family in _FAMILY for given in dict.fromkeys(_GIVEN) if family != given]
    dotted = [f"{first}·{second}" for first in _DOTTED_FIRST for second in _DOTTED_SECOND]
    rng.shuffle(common)
    rng.shuffle(dotted)
    special = [*dotted[: count // 100], *_RARE]
    names = [f"{MARK}{name}" for name in (special + common)[: count - 1]] + [UNPRINTABLE]
    rng.shuffle(names)
    if len(names) != count:
        raise ValueError(f"{count} people are more than there are names")
    return names


def numeral(number: int) -> str:
    """1..99 as Chinese numerals: 第十二网格."""
    digits = "一二三四五六七八九"
    tens, ones = divmod(number, 10)
    text = "" if not tens else ("十" if tens == 1 else f"{digits[tens - 1]}十")
    return text + (digits[ones - 1] if ones else "")
