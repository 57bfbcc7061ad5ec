/* The words in a report. See report_words.h. */
#include "report/report_words.h"

static const char *const words[CLI_SAIDS][2] = {
    [CLI_SAID_TITLE_AUTOENCODER] = {"Autoencoder %s, trained on %s",
                                    "Autoencoder %s, entrenado con %s"},
    [CLI_SAID_TITLE_CLASSIFIER] = {"Classifier %s, trained on %s",
                                   "Clasificador %s, entrenado con %s"},
    [CLI_SAID_TITLE_AUTOENCODER_ALONE] = {"Autoencoder %s", "Autoencoder %s"},
    [CLI_SAID_TITLE_CLASSIFIER_ALONE] = {"Classifier %s", "Clasificador %s"},
    [CLI_SAID_TITLE_ON_CODES] = {"Classifier %s on the codes of %s",
                                 "Clasificador %s sobre los c\u00f3digos de %s"},
    [CLI_SAID_LEAD_AUTOENCODER] =
        {"The network squeezes each image of %s numbers into a code of %s and makes an image from "
         "the code again. Below: the network, how it learned, and what it does with the %s "
         "%simages of %s%s.",
         "La red reduce cada imagen de %s n\u00fameros a un c\u00f3digo de %s y vuelve a hacer una "
         "imagen a partir del c\u00f3digo. Abajo: la red, c\u00f3mo aprendi\u00f3 y qu\u00e9 hace "
         "con las %s im\u00e1genes%s de %s%s."},
    [CLI_SAID_LEAD_CLASSIFIER] =
        {"The network tells %s classes of images apart. Below: the network, how it learned, and "
         "what it makes of the %s %simages of %s%s.",
         "La red distingue %s clases de im\u00e1genes. Abajo: la red, c\u00f3mo aprendi\u00f3 y "
         "qu\u00e9 hace con las %s im\u00e1genes%s de %s%s."},
    [CLI_SAID_SEEN_TEST] = {", which it never saw while it learned", ", que nunca vio al aprender"},
    [CLI_SAID_SEEN_VAL] =
        {", on which it was watched while it learned, and from which it did not learn",
         ", con las que se vigil\u00f3 su aprendizaje y de las que no aprendi\u00f3"},
    [CLI_SAID_SEEN_TRAIN] = {", from which it learned", ", de las que aprendi\u00f3"},
    [CLI_SAID_SEEN_HELD] =
        {", from which this training did not learn; the model that it builds on may have",
         ", de las que este entrenamiento no aprendi\u00f3; el modelo en el que se basa, "
         "quiz\u00e1"},
    [CLI_SAID_SEEN_ALL] = {"; it is not known whether it learned from them",
                           "; no se sabe si aprendi\u00f3 de ellas"},
    [CLI_SAID_RUN] = {"Run: %s", "Ejecuci\u00f3n: %s"},
    [CLI_SAID_CONTENTS] = {"Contents", "Contenido"},
    [CLI_SAID_FOOT] =
        {"Written by embudo %s. The page needs no other file.",
         "Escrito por embudo %s. La p\u00e1gina no necesita ning\u00fan otro archivo."},
    [CLI_SAID_FACT_MSE] = {"%sMSE", "MSE%s"},
    [CLI_SAID_FACT_PSNR] = {"%sPSNR", "PSNR%s"},
    [CLI_SAID_FACT_ACCURACY] = {"%saccuracy", "exactitud%s"},
    [CLI_SAID_FACT_TEST_LOSS] = {"%sloss", "p\u00e9rdida%s"},
    [CLI_SAID_FACT_VAL_LOSS] = {"validation loss", "p\u00e9rdida de validaci\u00f3n"},
    [CLI_SAID_FACT_VAL_ACCURACY] = {"validation accuracy", "exactitud de validaci\u00f3n"},
    [CLI_SAID_FACT_EPOCHS] = {"epochs", "\u00e9pocas"},
    [CLI_SAID_FACT_SECONDS] = {"training took", "dur\u00f3 el entrenamiento"},
    [CLI_SAID_FACT_PARAMETERS] = {"parameters", "par\u00e1metros"},
    [CLI_SAID_FACT_LATENT] = {"numbers in a code", "n\u00fameros en un c\u00f3digo"},
    [CLI_SAID_FACT_CLASSES] = {"classes", "clases"},
    [CLI_SAID_FACT_NEIGHBOURS] = {"neighbours that vote", "vecinos que votan"},
    [CLI_SAID_NOTE_DOCTOR] = {"Something is wrong: %s", "Algo anda mal: %s"},
    [CLI_SAID_NOTE_LEFT_OUT] = {"Left out: %s", "Falta: %s"},
    [CLI_SAID_NOTE_OUTCOME] = {"The training did not run to its end; run.json says: %s",
                               "El entrenamiento no lleg\u00f3 a su fin; run.json dice: %s"},
    [CLI_SAID_NOTE_TWINS] =
        {"%s of the images that are scored here are also among the data set's training images: "
         "their score only says how well they were remembered.",
         "%s de las im\u00e1genes puntuadas est\u00e1n tambi\u00e9n entre las de "
         "entrenamiento del conjunto: su puntuaci\u00f3n dice c\u00f3mo se "
         "recordaron."},
    [CLI_SAID_NOTE_NO_RECORD] = {"There is no run.json beside the model, so the command, its "
                                 "options and the machine are not known.",
                                 "No hay run.json junto al modelo: no se conocen la orden, sus "
                                 "opciones ni la m\u00e1quina."},
    [CLI_SAID_NOTE_NO_HISTORY] =
        {"There is no history.csv beside the model, so its training cannot be drawn.",
         "No hay history.csv junto al modelo: su entrenamiento no se puede dibujar."},
    [CLI_SAID_NOTE_NO_PICTURES] = {"No pictures: %s", "Sin im\u00e1genes: %s"},
    [CLI_SAID_NETWORK] = {"The network", "La red"},
    [CLI_SAID_NETWORK_TEXT] =
        {"From top to bottom, what happens to one image. A layer\u2019s output is channels \u00d7 "
         "height \u00d7 width, or just how many numbers there are; parameters are the numbers that "
         "training sets; multiply-adds say how much work an image is.",
         "De arriba abajo, lo que le ocurre a una imagen. La salida de una capa es canales \u00d7 "
         "alto \u00d7 ancho, o cu\u00e1ntos n\u00fameros hay; los par\u00e1metros son los "
         "n\u00fameros que fija el entrenamiento; las multiplicaciones-sumas dicen cu\u00e1nto "
         "trabajo da una imagen."},
    [CLI_SAID_LAYER] = {"layer", "capa"},
    [CLI_SAID_LAYER_KIND] = {"what it is", "qu\u00e9 es"},
    [CLI_SAID_OUTPUT] = {"output", "salida"},
    [CLI_SAID_PARAMETERS] = {"parameters", "par\u00e1metros"},
    [CLI_SAID_MULTIPLY_ADDS] = {"multiply-adds", "multiplicaciones-sumas"},
    [CLI_SAID_INPUT] = {"input", "entrada"},
    [CLI_SAID_TOTAL] = {"total", "total"},
    [CLI_SAID_NOTATION] = {"The network as text, as PyTorch writes it",
                           "La red como texto, como la escribe PyTorch"},
    [CLI_SAID_LOSS] = {"How it learned", "C\u00f3mo aprendi\u00f3"},
    [CLI_SAID_LOSS_WHAT] =
        {"Loss by epoch: a line for training and one for validation",
         "P\u00e9rdida por \u00e9poca: una l\u00ednea de entrenamiento y otra de validaci\u00f3n"},
    [CLI_SAID_LOSS_CAPTION] =
        {"An epoch is one pass through the training images. Both lines should fall; if validation "
         "stays flat or rises while training still falls, the network learns its images by heart.",
         "Una \u00e9poca es una pasada por las im\u00e1genes de entrenamiento. Ambas l\u00edneas "
         "deben bajar; si la de validaci\u00f3n se estanca o sube mientras la de entrenamiento "
         "baja, la red se aprende sus im\u00e1genes de memoria."},
    [CLI_SAID_CURVES_WHAT] = {"Loss and accuracy by epoch",
                              "P\u00e9rdida y exactitud por \u00e9poca"},
    [CLI_SAID_NUMBERS] = {"The numbers", "Los n\u00fameros"},
    [CLI_SAID_EPOCH] = {"epoch", "\u00e9poca"},
    [CLI_SAID_TRAIN_LOSS] = {"training loss", "p\u00e9rdida de entrenamiento"},
    [CLI_SAID_SECONDS] = {"seconds", "segundos"},
    [CLI_SAID_TRAIN_ACCURACY] = {"training accuracy", "exactitud de entrenamiento"},
    [CLI_SAID_PAGE] = {"Reconstructions", "Reconstrucciones"},
    [CLI_SAID_PAGE_WHAT] =
        {"Some %simages, and below each what the network makes of it",
         "Algunas im\u00e1genes%s y, debajo de cada una, lo que la red hace de ella"},
    [CLI_SAID_PAGE_CAPTION] =
        {"The first %simages; below each, what the decoder makes of its code. What is blurred "
         "or changed did not fit through the code.",
         "Las primeras im\u00e1genes%s; debajo de cada una, lo que el decodificador hace "
         "de su c\u00f3digo. Lo borroso o distinto no cupo en el c\u00f3digo."},
    [CLI_SAID_CODES] = {"Where the codes lie", "D\u00f3nde est\u00e1n los c\u00f3digos"},
    [CLI_SAID_CODES_WHAT] = {"Points in a plane: the codes of the %simages, coloured by label",
                             "Puntos en un plano: los c\u00f3digos de las im\u00e1genes%s, "
                             "con un color por etiqueta"},
    [CLI_SAID_CODES_ONE_CAPTION] =
        {"Each point is one %simage, its place across is its code, and each label has a band: "
         "where two bands overlap, the code does not tell those labels apart.",
         "Cada punto es una imagen%s, su lugar a lo ancho es su c\u00f3digo y cada "
         "etiqueta tiene una franja: donde dos franjas coinciden, el c\u00f3digo no distingue esas "
         "etiquetas."},
    [CLI_SAID_CODES_TWO_CAPTION] =
        {"Each point is one %simage and its place is its code. The network never saw the labels: "
         "where a colour has a region of its own, it found that kind of image by itself; where "
         "colours mix, it takes them for much the same.",
         "Cada punto es una imagen%s y su lugar es su c\u00f3digo. La red nunca vio las "
         "etiquetas: donde un color tiene su propia zona, descubri\u00f3 por s\u00ed sola ese tipo "
         "de imagen; donde los colores se mezclan, le parecen casi lo mismo."},
    [CLI_SAID_CODES_KNOWN_CAPTION] =
        {"Each point is one %simage and its place is its code. The network is given the label, so "
         "its code need not say it: where all colours mix, it says how an image is drawn and not "
         "what it shows.",
         "Cada punto es una imagen%s y su lugar es su c\u00f3digo. La red recibe la etiqueta, as"
         "\u00ed que su c\u00f3digo no tiene que decirla: donde los colores se mezclan, dice "
         "c\u00f3mo est\u00e1 dibujada una imagen y no qu\u00e9 muestra."},
    [CLI_SAID_CODES_MORE_CAPTION] =
        {"Each point is one %simage. A code of %s numbers does not fit on paper, so this is its "
         "shadow from the side where it is widest (two principal components; the axes say how much "
         "of the variance each shows): colours that overlap here may lie apart in the code.",
         "Cada punto es una imagen%s. Un c\u00f3digo de %s n\u00fameros no cabe en el "
         "papel: esta es su sombra desde el lado en que es m\u00e1s ancho (dos componentes "
         "principales; los ejes dicen cu\u00e1nta varianza muestra cada una). Los colores que "
         "aqu\u00ed se solapan pueden estar separados en el c\u00f3digo."},
    [CLI_SAID_MANIFOLD] = {"The plane, decoded", "El plano, decodificado"},
    [CLI_SAID_MANIFOLD_WHAT] =
        {"A grid of images that the decoder makes from places in the plane of codes",
         "Una rejilla de im\u00e1genes que el decodificador hace de lugares del plano de "
         "c\u00f3digos"},
    [CLI_SAID_MANIFOLD_CAPTION] =
        {"Each small image is what the decoder makes of one place in the plane above, finer where "
         "there are more images: walk through it and see one shape turn into another.",
         "Cada imagen peque\u00f1a es lo que el decodificador hace de un lugar del plano de "
         "arriba, con m\u00e1s detalle donde hay m\u00e1s im\u00e1genes: rec\u00f3rrelo y mira "
         "c\u00f3mo una forma se convierte en otra."},
    [CLI_SAID_WALK] = {"From image to image", "De imagen a imagen"},
    [CLI_SAID_WALK_WHAT] =
        {"Rows of images: from one of the %simages to the next through their codes",
         "Filas de im\u00e1genes: de una imagen%s a la siguiente a "
         "trav\u00e9s de sus c\u00f3digos"},
    [CLI_SAID_WALK_CAPTION] =
        {"A code of %s number(s) is not a plane that could be decoded place by place. Here is a "
         "straight walk between codes instead: at both ends is one %simage, and between them is "
         "what the decoder makes of the codes on the way.",
         "Un c\u00f3digo de %s n\u00famero(s) no es un plano que se pueda decodificar entero; en "
         "su lugar, un paseo recto entre c\u00f3digos: en los extremos una imagen%s, entre "
         "ellos lo que el decodificador hace de los c\u00f3digos del camino."},
    [CLI_SAID_NEW] = {"New images", "Im\u00e1genes nuevas"},
    [CLI_SAID_NEW_WHAT] = {"Images that the decoder makes of codes drawn at random",
                           "Im\u00e1genes que el decodificador hace de c\u00f3digos sorteados"},
    [CLI_SAID_NEW_CAPTION] =
        {"No image was read for these: their codes were drawn at random. If they look like the "
         "images that were learned, the codes have the distribution that they are drawn from.",
         "Para estas no se ley\u00f3 ninguna imagen: sus c\u00f3digos se sortearon. Si se parecen "
         "a "
         "las im\u00e1genes aprendidas, los c\u00f3digos tienen la distribuci\u00f3n de la que se "
         "sortean."},
    [CLI_SAID_TRAVERSAL_WHAT] =
        {"Rows of images: in each, one number of the code goes through its range",
         "Filas de im\u00e1genes: en cada una, un n\u00famero del c\u00f3digo recorre su "
         "intervalo"},
    [CLI_SAID_TRAVERSAL_CAPTION] =
        {"What each number of the code changes while the others stay. A row that is the same from "
         "end to end is a number that the decoder does not listen to.",
         "Lo que cambia cada n\u00famero del c\u00f3digo mientras los dem\u00e1s no se mueven. Una "
         "fila igual de un extremo al otro es un n\u00famero al que el decodificador no hace "
         "caso."},
    [CLI_SAID_PRIOR_WHAT] =
        {"A grid of images over the plane of codes, coloured by how many codes lie there",
         "Una rejilla de im\u00e1genes sobre el plano de c\u00f3digos, coloreada seg\u00fan "
         "cu\u00e1ntos hay"},
    [CLI_SAID_PRIOR_CAPTION] =
        {"Codes for new images are drawn from each of these cells equally often. Where a cell is "
         "blue, hardly any image has its code, and what is drawn there was never learned.",
         "Los c\u00f3digos de im\u00e1genes nuevas se sortean de cada una de estas celdas con la "
         "misma frecuencia. Donde una celda es azul apenas hay im\u00e1genes con su c\u00f3digo, y "
         "lo "
         "que se dibuja all\u00ed no se aprendi\u00f3 nunca."},
    [CLI_SAID_ERRORS] = {"The worst cases", "Los peores casos"},
    [CLI_SAID_ERRORS_WHAT] =
        {"The %simages with the largest error, above their reconstructions",
         "Las im\u00e1genes%s con mayor error, encima de sus reconstrucciones"},
    [CLI_SAID_ERRORS_CAPTION] =
        {"The %simages that the network reconstructs worst, each with its mean squared error; the "
         "mean over all of them is %s. These are unusual or badly written images, or ones that are "
         "not like the others.",
         "Las im\u00e1genes%s que la red reconstruye peor, cada una con su error "
         "cuadr\u00e1tico medio; la media de todas es %s. Aqu\u00ed est\u00e1n las raras o mal "
         "escritas, o las que no son como las dem\u00e1s."},
    [CLI_SAID_CODES_ACCURACY] = {"What the codes know of the labels",
                                 "Lo que los c\u00f3digos saben de las etiquetas"},
    [CLI_SAID_CODES_ACCURACY_TEXT] =
        {"The network never saw a label. How well the labels can still be told from its codes "
         "alone says what the codes have kept. Guessing would give about %.0f %%.",
         "La red nunca vio una etiqueta. Qu\u00e9 tan bien se pueden saber las etiquetas solo con "
         "sus c\u00f3digos dice qu\u00e9 conservaron los c\u00f3digos. Adivinar dar\u00eda cerca "
         "de %.0f %%."},
    [CLI_SAID_CODES_KNOWN_TEXT] =
        {"The network is given the label, so its codes need not say it. How well the labels can "
         "still be told from them says what they repeat. Guessing would give about %.0f %%.",
         "La red recibe la etiqueta, as\u00ed que sus c\u00f3digos no tienen que decirla. Qu\u00e9 "
         "tan bien se puede saber todav\u00eda con ellos dice qu\u00e9 repiten. Adivinar "
         "dar\u00eda cerca de %.0f %%."},
    [CLI_SAID_CODES_ACCURACY_MORE] =
        {"To train another classifier on these codes, whose run will then appear here as well:",
         "Para entrenar otro clasificador con estos c\u00f3digos, cuya ejecuci\u00f3n tambi\u00e9n "
         "aparecer\u00e1 aqu\u00ed:"},
    [CLI_SAID_CLASSIFIER] = {"classifier", "clasificador"},
    [CLI_SAID_ACCURACY] = {"%saccuracy", "exactitud%s"},
    [CLI_SAID_WHERE] = {"from", "de"},
    [CLI_SAID_LINEAR] = {"linear", "lineal"},
    [CLI_SAID_NEAREST] = {"%d nearest neighbours", "%d vecinos m\u00e1s cercanos"},
    [CLI_SAID_QUICK] = {"made for this page: %d epochs on %s codes",
                        "hecho para esta p\u00e1gina: %d \u00e9pocas con %s c\u00f3digos"},
    [CLI_SAID_QUICK_NEAREST] =
        {"made for this page: the nearest of %s codes",
         "hecho para esta p\u00e1gina: los m\u00e1s cercanos de %s c\u00f3digos"},
    [CLI_SAID_OTHER_RUN] = {"the run %s", "la ejecuci\u00f3n %s"},
    [CLI_SAID_CONFUSION] = {"Which classes it confuses", "Qu\u00e9 clases confunde"},
    [CLI_SAID_CONFUSION_WHAT] = {"A matrix: true classes by predicted classes",
                                 "Una matriz: clases verdaderas por clases predichas"},
    [CLI_SAID_CONFUSION_CAPTION] =
        {"A row for each true class, a column for what the classifier said. Off the diagonal are "
         "its mistakes.",
         "Una fila por cada clase verdadera, una columna por lo que dijo el clasificador. Fuera de "
         "la diagonal est\u00e1n sus errores."},
    [CLI_SAID_CONFUSION_TABLE] = {"The same as a table", "Lo mismo en una tabla"},
    [CLI_SAID_TRUE_CLASS] = {"true", "verdadera"},
    [CLI_SAID_PER_CLASS] = {"Class by class", "Clase por clase"},
    [CLI_SAID_PER_CLASS_TEXT] =
        {"Found: the share of a class\u2019s images that was recognised (recall). Trusted: the "
         "share of those taken for the class that belongs to it (precision).",
         "Hallada: la parte de las im\u00e1genes de una clase que se reconoci\u00f3 "
         "(exhaustividad). Fiable: la parte de las tomadas por esa clase que de verdad lo es "
         "(precisi\u00f3n)."},
    [CLI_SAID_CLASS] = {"class", "clase"},
    [CLI_SAID_IMAGES] = {"images", "im\u00e1genes"},
    [CLI_SAID_RECALL] = {"found", "hallada"},
    [CLI_SAID_PRECISION] = {"trusted", "fiable"},
    [CLI_SAID_TAKEN_FOR] = {"most often mistaken for", "confundida sobre todo con"},
    [CLI_SAID_TIMES] = {"%s (%u times)", "%s (%u veces)"},
    [CLI_SAID_MISTAKES] = {"Some of its mistakes", "Algunos de sus errores"},
    [CLI_SAID_MISTAKES_WHAT] = {"Some %simages that were classified wrong",
                                "Algunas im\u00e1genes%s mal clasificadas"},
    [CLI_SAID_MISTAKES_CAPTION] =
        {"Of %s %simages that it gets wrong, those it was surest of: the true label, an arrow, "
         "what it said and how sure it was of that.",
         "De %s im\u00e1genes%s en que se equivoca, aquellas de las que estaba m\u00e1s "
         "segura: la etiqueta verdadera, una flecha, lo que dijo y cu\u00e1n segura estaba."},
    [CLI_SAID_MISTAKES_NEAREST_CAPTION] =
        {"Some of %s %simages that it gets wrong: the true label, an arrow, and what the "
         "neighbours said.",
         "Algunas de %s im\u00e1genes%s en que se equivoca: la etiqueta verdadera, una "
         "flecha y lo que dijeron los vecinos."},
    [CLI_SAID_MISTAKES_NONE] = {"It gets all of the %simages right.",
                                "Acierta en todas las im\u00e1genes%s."},
    [CLI_SAID_ORIGIN] = {"How it was made", "C\u00f3mo se hizo"},
    [CLI_SAID_COMMAND_TEXT] = {"This command makes the same model again, bit for bit:",
                               "Esta orden vuelve a hacer el mismo modelo, bit a bit:"},
    [CLI_SAID_COMMAND_FOLDER] = {"Choose a folder with -o that does not exist.",
                                 "Elige con -o una carpeta que no exista."},
    [CLI_SAID_OPTIONS] = {"Options", "Opciones"},
    [CLI_SAID_OPTION] = {"option", "opci\u00f3n"},
    [CLI_SAID_VALUE] = {"value", "valor"},
    [CLI_SAID_DATA] = {"Data", "Datos"},
    [CLI_SAID_DATA_SET] = {"data set", "conjunto de datos"},
    [CLI_SAID_READS] = {"what the network reads", "lo que lee la red"},
    [CLI_SAID_TRAINING_IMAGES] = {"training images", "im\u00e1genes de entrenamiento"},
    [CLI_SAID_VALIDATION_IMAGES] = {"validation images", "im\u00e1genes de validaci\u00f3n"},
    [CLI_SAID_SCORED] = {"what was measured here", "lo que se midi\u00f3 aqu\u00ed"},
    [CLI_SAID_SCORED_IMAGES] = {"%s %simages of %s", "%s im\u00e1genes%s de %s"},
    [CLI_SAID_MACHINE] = {"Program and machine", "Programa y m\u00e1quina"},
    [CLI_SAID_VERSION] = {"embudo", "embudo"},
    [CLI_SAID_COMPILER] = {"compiler", "compilador"},
    [CLI_SAID_PROCESSOR] = {"processor", "procesador"},
    [CLI_SAID_CORES] = {"cores", "n\u00facleos"},
    [CLI_SAID_INSTRUCTION_SET] = {"instruction set", "juego de instrucciones"},
    [CLI_SAID_THREADS] = {"threads", "hilos"},
    [CLI_SAID_SYSTEM] = {"system", "sistema"},
    [CLI_SAID_STARTED] = {"started", "comenz\u00f3"},
    [CLI_SAID_FINISHED] = {"finished", "termin\u00f3"},
};

const char *cli_said_in(int language, cli_said said) { return words[said][language]; }
