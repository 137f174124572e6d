"""List words that say nothing by themselves, folded, for the six delivered languages; and small number words.

Verbs of saying are among them: who said something again is not news, what was said is compared.
"""

_EN = """a an the this that these those and or but nor so yet if then than as at by for from in into of off on onto out over to up
with within without about above across after against along among around before behind below beneath beside between beyond down
during except inside near outside since through throughout toward towards under until upon via while because although though
whether which who whom whose what when where why how is are was were be been being am do does did doing done has have had having
will would shall should can could may might must it its itself he him his himself she her hers herself they them their theirs
themselves we us our ours ourselves you your yours i me my mine there here also just only even still again too very more most
much many some any each every both either neither other another such own same not no s t re ve ll d
said says say saying told tells tell added adds according reported reports report reporters statement
mr mrs ms dr"""
_FR = """le la les l un une des du de d au aux a et ou mais donc or ni car que qui quoi dont ou ce cet cette ces c s se sa son ses
leur leurs il elle ils elles on nous vous je j tu me m te t lui eux y en ne n pas plus par pour avec sans sous sur dans entre vers
chez depuis pendant apres avant contre comme est sont etait etaient ete etre a ont avait avaient aura sera fait meme aussi tres tout
toute tous toutes selon dit declare affirme indique ajoute qu"""
_TR = """ve veya ile bir bu su o da de ki mi mu icin gibi kadar daha cok en her ne ama fakat ancak ise olarak olan oldu olduğunu
oldugunu olduklarini tarafindan gore sonra once uzere karsi dogru hem ya yani dedi soyledi belirtti aktardi kaydetti ifade etti bildirdi
eden eder edildi edilen etmek etti ettigi ettigini bunun bunu buna onun ayrica diye var yok ise"""
_RU = """и в во на с со к ко у о об от до за из по под при про для без над между через перед после а но или да же ли бы не ни
что чтобы как когда где который которая которое которые которых это этот эта эти того тот та те его ее их он она оно они мы вы я
был была было были быть есть также еще уже все всех сказал сказала сообщил сообщила сообщили заявил заявила заявили отметил добавил
по словам так то более менее"""
_AR = """في من الي على علي عن مع بين بعد قبل حتي منذ خلال هذا هذه ذلك تلك التي الذي الذين ان انه انها او ام ثم قد كان كانت
يكون كما ما لا لم لن هو هي هم نحو عند لدي كل بعض غير اي قال قالت اضاف اضافت ذكر ذكرت اعلن وقال واضاف واضافت وذكر وذكرت كانوا
حيث ايضا فيما به بها فيه فيها له لها عليه عليها منه منها التى وكان وكانت ضد حول دون الا بان وان"""
_ZH = """的 了 在 是 和 与 及 也 都 而 或 就 并 等 他 她 它 我 你 们 这 那 其 说 称 表示 此 为 于 对 将 被 把 从 到 以 之 个 名 日 月 年 他说 她说 他们
据报 报道 道称 道说 进行 行了 一个 一名 以及 他表 示了"""

FUNCTION_WORDS = frozenset(f"{_EN} {_FR} {_TR} {_RU} {_AR} {_ZH}".split())

_UNITS = """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen
nineteen"""
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"

NUMBER_WORDS = (
    {word: str(value) for value, word in enumerate(_UNITS.split())}
    | {word: str(value * 10) for value, word in enumerate(_TENS.split(), start=2)}
    | {"dozen": "12"}
)
