"""Words to speak in training: small lists written for this purpose, strung together at random.

The network needs the sounds of many languages, not their sense, so a sentence is a handful of words, a number
now and then, and a comma where a breath goes.
"""

# ruff: noqa: RUF001  (letters of other alphabets are meant here)

import numpy as np

WORDS: dict[str, str] = {
    "en": "about people many because village paper five above river children machine judge bubble fashion "
    "why always thought wolf usual measure thumb father nothing beyond young voice boy now house phone "
    "summer number problem maybe perfect women move blue bright quickly yesterday chocolate journey "
    "bin lay place set red white green with please again soon two three four six seven eight nine zero "
    "happy market bread water apple imagine wonderful February possible everybody",
    "en-us": "well computer probably because morning coffee program wonderful people believe family "
    "important maybe something together government question future world war peace freedom jobs health "
    "America simple problem above moving push pull good book food shoe choose church juice vision wave "
    "thanks brother through another mouth smooth birthday five eleven power shower our fire wire",
    "de": "Apfel Brot Mutter Vater immer schön Mädchen Bücher fünf zwölf wunderbar Freiheit Abend Morgen "
    "überall möchte Pfeffer Zwiebel sprechen Wasser Woche wichtig Haus Baum Feuer heute Europa Musik "
    "Papier Blume Bild vielleicht warum woher Vogel Fenster Sommer Kuchen Kirche Tochter ich auch euch",
    "fr": "bonjour monsieur maison beaucoup petit enfant pomme peur soeur fleur lune rue voiture famille "
    "ville pain vin blanc bon beau bientôt pourquoi jamais toujours femme homme vouloir feuille oeuf "
    "parler manger chanson jardin génial gentil voyage musique théâtre bleu vieux heureux huit nuit",
    "es": "hola amigo buenos mundo pueblo mujer hombre familia bueno primero vivir beber comer fuego agua "
    "muchacho llamar niño mañana trabajo playa cabeza problema siempre porque gracias viejo joven lluvia "
    "puerta ventana blanco verde amarillo zapato perro pájaro corazón tiempo nuevo cinco siete ocho",
    "it": "buongiorno amico famiglia bambino mamma papà pomodoro vino bello brutto giorno notte mangiare "
    "bevanda acqua fuoco uomo donna scuola chiesa giovane vecchio gelato pizza formaggio pesce uva luna "
    "sempre piove bianco azzurro voglio puoi figlia moglie spiaggia montagna musica cinque otto",
    "pt-br": "bom dia amigo família mãe pai menino mulher homem vida água fogo pão vinho bonito feliz "
    "amanhã trabalho cabeça coração porque sempre também janela chuva praia verde branco falar beber "
    "viver comer saudade muito pouco novo velho jovem gente hoje sim não cinco oito",
    "pl": "dzień dobry mama ojciec kobieta mężczyzna chleb woda wino piękny zawsze pierwszy wiosna lato "
    "jesień zima ryba ptak okno drzewo miasto wieś pomoc przyjaciel szkoła praca czas życie biały "
    "czarny błękitny zielony pięć sześć osiem wczoraj jutro muzyka bułka prawda żona",
    "ru": "привет мама папа вода хлеб дом дерево птица рыба большой маленький весна лето осень зима река "
    "город улица утро вечер музыка работа время жизнь любовь правда белый чёрный голубой зелёный "
    "пять шесть восемь вчера завтра человек женщина мужчина книга окно вопрос почему",
    "tr": "merhaba anne baba ekmek su elma çocuk kadın adam güzel büyük küçük yeşil beyaz mavi sabah akşam "
    "gece yağmur kış yaz bahar deniz dağ köy şehir okul kitap müzik balık kuş ağaç pencere kapı üç beş "
    "altı yedi sekiz dün bugün yarın belki çünkü hep",
    "nl": "hallo vriend moeder vader brood water appel huis boom vogel vis groot klein mooi altijd morgen "
    "avond zomer winter deur raam straat stad school boek muziek wit zwart blauw groen vijf zes zeven "
    "acht gisteren vandaag misschien waarom vrouw jongen meisje gezellig buiten",
    "cmn": "你好 朋友 妈妈 爸爸 我们 中国 学生 老师 吃饭 喝水 北京 上海 音乐 电影 苹果 葡萄 白色 黑色 蓝色 "
    "飞机 非常 漂亮 明天 昨天 今天 下雨 不 是 好 五 六 八 九 春天 月亮 风 雨 书 母亲 父亲 房子 门 问题 "
    "为什么 什么 可以 普通话 跑步 破 摸 佛 我 坐 火车 出租车 知道 世界",
    "hi": "नमस्ते दोस्त माँ पिता पानी रोटी घर पेड़ मछली बड़ा छोटा सुंदर हमेशा सुबह शाम गर्मी बारिश "
    "किताब संगीत सफेद काला नीला हरा पाँच छह सात आठ कल आज शायद क्यों औरत आदमी बच्चा भाई बहन फूल "
    "मुझे बहुत अच्छा लगता है",
    "sv": "hej vän mamma pappa bröd vatten äpple hus träd fågel fisk stor liten vacker alltid morgon kväll "
    "sommar vinter dörr fönster gata stad skola bok musik vit svart blå grön fem sex sju åtta igår idag "
    "kanske varför kvinna pojke flicka skön köpa göra",
    "id": "halo teman ibu bapak roti air apel rumah pohon burung ikan besar kecil indah selalu pagi malam "
    "hujan buku musik putih hitam biru hijau lima enam tujuh delapan kemarin besok mungkin mengapa "
    "perempuan membeli mobil pulang pantai",
    "fi": "hei ystävä äiti isä leipä vesi omena talo puu lintu kala suuri pieni kaunis aina aamu ilta kesä "
    "talvi ovi ikkuna katu kaupunki koulu kirja musiikki valkoinen musta sininen vihreä viisi kuusi "
    "eilen tänään ehkä miksi nainen poika tyttö pöytä hyvää yö",
    "cs": "dobrý den máma otec žena muž chléb voda víno krásný vždy první jaro léto podzim zima ryba pták okno "
    "strom město vesnice pomoc přítel škola práce čas život bílý černý modrý zelený pět šest sedm osm včera "
    "zítra hudba kniha pravda řeka moře být velký malý kůň déšť chlapec holka večer ráno proč možná foukat",
    "ca": "bon dia amic mare pare dona home nen aigua pa vi vell jove bonic sempre poble ciutat casa porta "
    "finestra arbre ocell peix gran petit primavera estiu tardor hivern llibre escola feina temps vida blanc "
    "negre blau verd cinc sis set vuit ahir avui demà música foc lluna pluja gent perquè potser viure beure",
}

VARIANTS = (
    "", "m1", "m2", "m3", "m4", "m5", "m6", "m7", "m8", "f1", "f2", "f3", "f4", "f5",
    "klatt", "klatt2", "klatt3", "klatt4", "klatt5", "klatt6", "Annie", "Alicia", "Andrea", "Mario", "Michael",
    "Mike", "Henrique", "Hugo", "Jacky", "Lee", "Reed", "Storm", "adam", "belinda", "benjamin", "boris", "caleb",
    "david", "ed", "edward", "linda", "marcelo", "miguel", "norbert", "pablo", "paul", "quincy", "rob", "robert",
    "sandro", "shelby", "steph", "travis", "victor", "zac", "grandma", "grandpa", "aunty",
)  # fmt: skip


def sentence(language: str, rng: np.random.Generator) -> str:
    """A handful of words of the language, with a number or a comma now and then."""
    words = WORDS[language].split()
    chosen = [str(rng.choice(words)) for _ in range(int(rng.integers(5, 12)))]
    if rng.random() < 0.2:
        chosen[int(rng.integers(len(chosen)))] = str(int(rng.integers(100)))
    if rng.random() < 0.5:
        place = int(rng.integers(1, len(chosen) - 1))
        chosen[place] += "," if language not in ("cmn",) else "，"
    return " ".join(chosen)
