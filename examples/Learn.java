// A model of your own text: learned by a recipe, opened, asked. Seconds for a toy of this size.
//   ./cumae run examples/Learn.java my.txt
import org.cumae.recipe.*;
import org.cumae.text.*;
import org.cumae.train.*;

static final Map<String, String> SMALLER =
        Map.of(
                "model.layers",
                "2",
                "model.width",
                "64",
                "model.heads",
                "2",
                "model.inner",
                "176",
                "model.length",
                "64",
                "training.steps",
                "40",
                "training.rate",
                "5e-3",
                "data.held-out",
                "0.2");

void main(String[] args) throws Exception {
    Path text = Path.of(args[0]);
    TextRecipe recipe = (TextRecipe) Recipes.read(Path.of("recipes/char-gpt.yaml"), SMALLER);
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
