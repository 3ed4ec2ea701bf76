// A model of your own text: learned by a recipe, opened, asked. Seconds for a toy of this size.
//   ./cumae run examples/Learn.java my.txt
import org.cumae.recipe.*;
import org.cumae.text.*;
import org.cumae.train.*;

static final Map<String, String> SMALLER =
        Map.ofEntries(
                Map.entry("model.layers", "2"),
                Map.entry("model.width", "64"),
                Map.entry("model.heads", "2"),
                Map.entry("model.inner", "176"),
                Map.entry("model.length", "64"),
                Map.entry("training.steps", "40"),
                Map.entry("training.rate", "5e-3"),
                Map.entry("data.held-out", "0.2"));

void main(String[] args) throws Exception {
    if (args.length == 0) {
        throw new IllegalArgumentException("name a file of text to learn from");
    }
    Path text = Path.of(args[0]);
    Path home = Path.of(System.getProperty("cumae.home", ""));
    TextRecipe recipe = (TextRecipe) Recipes.read(home.resolve("recipes/char-gpt.yaml"), SMALLER);
    try (RunFolder folder = RunFolder.temporary();
            TextTraining training = TextTraining.prepare(recipe, text, folder, new Journal() {})) {
        IO.println("held-out loss %.3f nats a character".formatted(training.run().heldOut()));
        try (TextModel model = TextModel.open(folder.model().toString())) {
            GenerationOptions options = GenerationOptions.NONE.withMaxTokens(60);
            IO.println(
                    model.generate(TextRequest.of("the ").withOptions(options).withSeed(1)).text());
        }
    }
}
