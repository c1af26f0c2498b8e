"""Provision types of a sentence by its modal verbs (GB/T 1.1-2020, 9.1 and annex C).

应, 宜 and 可 are also parts of many words; a word list on either side of the character decides. Where reading 应聘 or 应对 as
a word would lose a real modal (不应聘用, 应对住户走访, 应当场解决), the modal wins.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from content.importers.parsed import PROVISIONS

SENTENCE = 200  # how far the object of a verb can lie

# Verbs quoted from elsewhere bind nobody here.
_QUOTED = re.compile(r"“[^”]*”|「[^」]*」|『[^』]*』|《[^》]*》|\"[^\"]*\"")

_TROUBLE = (
    r"(?:各类|各种|各项|重大|潜在|可能的|日常|突发的?|复杂)?(?:网络)?"
    r"(?:风险|突发|危机|挑战|舆情|灾害|灾难|疫情|紧急|险情|事故|困难|气候变化|变化|威胁|诉讼)"
)
_APPLIED = (
    r"(?:系统|软件|平台|程序|场景|于|到|技术|能力|水平|情况|范围|领域|服务|商店|层|型|文|题|研究|成果|开发|终端|端|价值|效果|"
    r"推广|管理|示范|[，。、；：）)”]|$)"
)
_PROHIBITION = re.compile(
    r"不应(?!期|求)|不得(?!不|已|而知)|严禁|禁止(?!标志|标识|令|牌)|不准|不许(?!可)|不允许|不可以|切勿|勿"
    r"|(?<!必)不可(?!以|抗|能|靠|行|逆|少|或缺|缺|分割|分|避免|预见|再生|撤销|用|见|控|比|移动|燃|知|持续)"
)
_SHALL = re.compile(
    r"(?<![反响相适供效感呼回顺因照策接答])(?<!应知)应"
    rf"(?!急|届|付|邀|税|激|声|验|允|诺|景|战|援|得的|有的|有尽有|知应会|运而生|承(?!担|办|接|诺)"
    rf"|答(?!复|应)|征(?!求|得|收|询)|试(?:人员|者|教育|能力)|考(?:人员|人数|者|人)|到(?:人数|人员)|力(?!求|争|促|图|戒)"
    rf"|收(?:账款|款|未收)|变(?:能力|措施|处置)|时(?:而|令)|聘(?!用|请|任)"
    rf"|用{_APPLIED}|对(?:措施|能力|方案|策略|机制|处置|办法|不力|自如|得当|工作|为|[，。、；）)]|$))"
)
_COPE = re.compile(rf"应对{_TROUBLE}")
# ... unless the trouble is the object of a verb that follows: 应对风险隐患进行排查.
_DONE_TO = re.compile(r"(?:进行|予以|加以|给予|开展|实施|作出|做出|及时|每|登记|排查|巡查|走访|上报|报告|采取|制定)")
_USE_NOUN = re.compile(
    r"(?:推广|广泛|实际|信息化?|数据|智能|具体|综合|创新|移动|技术|行业|成果|深化|的|和|与|及|、|其)应用"
)
_MATCHING = re.compile(r"对应(?:的|关系|于|级|表|项|起来|地|[，。；、）)]|$)")
_MUST = re.compile(r"必须|(?<![必无毋])须(?!知|发|臾|要)|只准许|只允许|只准")
_SHOULD = re.compile(
    r"(?<![适便事权相时制合机])宜(?!居|兴|昌|宾|春|章|城|秀|良|川|阳|州|都|人(?![工员])|林|农)"
    r"|(?:^|[，；。：])(?:建议|推荐)(?![书人信的和、者表材性单名及或])"
)
_MAY = re.compile(
    r"(?<![认许不宁核准尽])可(?!能|靠|行|视|持续|追溯|溯源|操作|见|燃|爱|疑|观|比|信(?!函|息)|控|读|再生|回收|调(?!解|整|取|阅|用)|移动|编程|逆"
    r"|溶|变(?!更)|测|量化|执行|验证|降解|口|选(?!择|用|派|聘|取|定)|贵|谓|达|采性|复制|替代性|靠性|维护性|扩展|言|知|想而知|歌可泣|喜|惜|怕|笑|耻"
    r"|用(?![^，。；]{1,12}(?:代替|替代|方式|形式)))"
    r"|不必(?!要)|无须|无需|毋须|毋需|(?<!未经)(?<!经)(?<!不)(?<!只)允许(?!误差|偏差|值|范围|浓度|限|的)"
)

_ORDER_VERBS = (
    "填写|打开|点击|选择|输入|核对|检查|记录|测量|称取|量取|加入|取出|放入|关闭|启动|登录|扫描|拍摄|上传|提交|保存|确认|计算|"
    "使用|采用|按下|连接|断开|安装|拆下|清洗|擦拭|搅拌|加热|冷却|静置|过滤|重复|移至|倒入|装入|佩戴|拨打"
)
_SEQUENCE = re.compile(r"(?<![事优首原率领])先[^，。；]{1,30}[，；]?(?:再|然后|后)")
_IMPERATIVE = re.compile(
    rf"^(?:首先|先|然后|再|接着|随后|最后|必要时|完成后|[^，。；]{{1,12}}[时后]，?)?(?:(?:{_ORDER_VERBS})(?![本员表仪机器者书人率值单点位簿卡的方规程结时后])(?![^，。；]{{0,8}}的[^，。；]*[是为])|将[^，。；]{{1,30}}(?:到|至|入|于|在|成|给|后)|用[^，。；]{{1,20}}(?:擦|测|洗|量|记|打|取|装))"
)


def _shall(text: str) -> bool:
    for found in _SHALL.finditer(text):
        at = found.start()
        rest = text[at : at + SENTENCE]
        sentence = re.split(r"[。；]", rest, maxsplit=1)[0]
        if at and text[at - 1] == "不":
            continue  # counted as a prohibition
        cope = _COPE.match(rest)
        if cope and not _DONE_TO.search(sentence[cope.end() :]):
            continue
        if rest.startswith("应用") and any(
            use.end() == len(text[max(0, at - 8) : at + 2]) for use in _USE_NOUN.finditer(text[max(0, at - 8) : at + 2])
        ):
            continue
        if at and text[at - 1] == "对" and _MATCHING.match(text[at - 1 : at + 8]):
            continue
        return True
    return False


def _imperative(text: str) -> bool:
    return bool(_IMPERATIVE.match(text) or _SEQUENCE.search(text))


def ordered(found: Iterable[str]) -> tuple[str, ...]:
    """Each type once, the strongest first; a statement only where there is nothing else."""
    wanted = set(found)
    if len(wanted) > 1:
        wanted.discard("statement")
    return tuple(kind for kind in PROVISIONS if kind in wanted)


def provisions_of(text: str) -> tuple[str, ...]:
    """The types of a text without its notes, examples and tables; () for an empty one. A prohibition is a requirement too."""
    text = _QUOTED.sub("", text).strip()
    if not text:
        return ()
    found: set[str] = set()
    if _PROHIBITION.search(text):
        found |= {"requirement", "prohibition"}
    if _MUST.search(text) or _shall(text):
        found.add("requirement")
    if _SHOULD.search(text):
        found.add("recommendation")
    if _MAY.search(text):
        found.add("permission")
    if not found:
        found.add("instruction" if _imperative(text) else "statement")
    return ordered(found)
