package org.cumae.recipe;

import com.fasterxml.jackson.annotation.JsonProperty;

import org.cumae.Check;
import org.cumae.canvas.Field;
import org.cumae.canvas.Layout;
import org.cumae.net.Mixing;
import org.cumae.net.Positions;
import org.cumae.net.TransformerConfig;
import org.cumae.net.TransformerConfig.Activation;
import org.cumae.net.TransformerConfig.Bias;
import org.cumae.net.TransformerConfig.NormKind;
import org.cumae.psi.World;
import org.cumae.train.world.Grammar;
import org.cumae.train.world.Mixture;
import org.cumae.unit.patch.PatchTraining;
import org.cumae.weights.TensorType;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// A world that is learned: first what is seen, then, stage by stage, what was read off it.
///
/// @param name what the world will be called
/// @param about what it is, in a sentence
/// @param data photos to make scenes of: a ZIP archive of small pictures
/// @param shapes digits to make scenes of: an IDX file
/// @param scenes what happens in them
/// @param clips real videos among the scenes, where there are some
/// @param codes how many codes each level of what is seen has, coarse first
/// @param law what these codes stand for: means, or signs (look-up-free, powers of two); means
/// @param model its shape
/// @param length tokens of a sequence
/// @param stages what is learned when
/// @param training how it learns; its steps are those at the full rate, of all stages together, and
///   its decay those of each stage's end
public record WorldRecipe(
        @JsonProperty(required = true) String name,
        @JsonProperty(required = true) String about,
        @JsonProperty(required = true) TextRecipe.Data data,
        @JsonProperty(required = true) String shapes,
        @JsonProperty(required = true) Scenes scenes,
        Optional<Clips> clips,
        @JsonProperty(required = true) List<Integer> codes,
        Optional<PatchTraining.Law> law,
        @JsonProperty(required = true) PictureRecipe.Model model,
        int length,
        @JsonProperty(required = true) List<Stage> stages,
        @JsonProperty(required = true) TrainingPlan training)
        implements Recipe {
    private static final double BASE = 100; // of rotary positions
    private static final int HEAD = 16; // a head's channels are a multiple of this

    /// What happens in the scenes.
    ///
    /// @param side of a frame, in pixels
    /// @param patch the side of a patch, which is also the step of all motion, in pixels
    /// @param reach the farthest that anything moves, in pixels
    /// @param cameras the share of scenes in which only the camera moves
    /// @param cards the share of things that are cards; the others are digits cut out
    /// @param photos how many photos
    /// @param digits how many digits
    /// @param count how many scenes are learned from
    public record Scenes(
            int side,
            int patch,
            int reach,
            double cameras,
            double cards,
            int photos,
            int digits,
            int count) {}

    /// Real videos, of which nothing is known but what is seen: rows whose grammar speaks of
    /// something else are made of other scenes. Stages say how many of theirs are filmed.
    ///
    /// @param files of data sets or paths, in any form that FFmpeg reads
    /// @param rows frames are made so high, and the side of a scene is cut out of them
    /// @param gap how many frames lie between the two of a scene
    public record Clips(@JsonProperty(required = true) List<String> files, int rows, int gap) {}

    /// How new types are read off the world of the stage before.
    ///
    /// @param scenes how many of the first scenes
    /// @param points how many points of each are traced
    /// @param masks how many choices of revealed patches a point is traced with
    /// @param reveal the share of patches that is revealed
    /// @param threshold points that answer less count as hidden
    /// @param pokes how often a segment is poked
    public record Reading(
            int scenes, int points, int masks, double reveal, double threshold, int pokes) {}

    /// What is learned in a part of the run.
    ///
    /// @param name what its folder is called
    /// @param types what is known from then on beside what was
    /// @param reading how they are read off the world of the stage before; where it is left out
    ///   they are known of all scenes, as the camera's motion is
    /// @param cameras the share of scenes in which only the camera moves, where it is not that of
    ///   the recipe
    /// @param filmed the share of scenes that are cut out of the recipe's videos
    /// @param share of the steps
    /// @param grammars rows and how often they are made, in proportion
    public record Stage(
            @JsonProperty(required = true) String name,
            @JsonProperty(required = true) List<String> types,
            Optional<Reading> reading,
            Optional<Double> cameras,
            Optional<Double> filmed,
            double share,
            @JsonProperty(required = true) Map<String, Double> grammars) {
        /// Rows of these grammars, packed.
        Mixture mixture(Layout layout, int length) {
            List<Mixture.Weighted> weighted = new ArrayList<>();
            grammars.forEach(
                    (rows, weight) ->
                            weighted.add(
                                    new Mixture.Weighted(Grammar.parse(rows, layout), weight)));
            return new Mixture(weighted, length, Math.max(1, length / 4));
        }
    }

    @Override
    public void check() {
        training.check();
        for (Stage stage : stages) {
            double filmed = stage.filmed().orElse(0.0);
            Check.argument(
                    filmed >= 0 && filmed < 1,
                    "stage %s: filmed is %s; it must lie in [0, 1), since there are made scenes too",
                    stage.name(),
                    filmed);
            Check.argument(
                    filmed == 0 || clips.isPresent(),
                    "stage %s: %s of its scenes are filmed, and the recipe names no clips",
                    stage.name(),
                    filmed);
        }
        Check.argument(
                model.heads() % 2 == 0 && model.width() % (HEAD * model.heads()) == 0,
                "a world %d wide with %d heads; half of the heads turn values, and what a head has"
                        + " is cut in sixteenths, so take an even number and a width of %d times"
                        + " as many, or twice that",
                model.width(),
                model.heads(),
                HEAD);
        Check.argument(!stages.isEmpty(), "a world is learned in one stage or more");
        double shares = stages.stream().mapToDouble(Stage::share).sum();
        Check.argument(
                Math.abs(shares - 1) < 1e-6,
                "the shares of the stages add up to %s; they must add up to 1",
                shares);
        Check.argument(
                stages.getFirst().reading().isEmpty(),
                "the first stage reads %s; before it there is no world to read them off",
                stages.getFirst().types());
    }

    /// All types of the first stages.
    ///
    /// @param count how many stages
    List<String> types(int count) {
        return stages.stream().limit(count).flatMap(stage -> stage.types().stream()).toList();
    }

    /// Types that are known of all scenes beside what is seen and the camera's motion.
    List<String> given() {
        return stages.stream()
                .filter(stage -> stage.reading().isEmpty())
                .flatMap(stage -> stage.types().stream())
                .filter(type -> !type.equals(World.RGB) && !type.equals(World.CAMERA))
                .toList();
    }

    /// Types that are read off the world.
    List<String> read() {
        return stages.stream()
                .filter(stage -> stage.reading().isPresent())
                .flatMap(stage -> stage.types().stream())
                .toList();
    }

    /// The last step of a stage.
    ///
    /// @param stage from 0
    long last(int stage) {
        double share = stages.stream().limit(stage + 1).mapToDouble(Stage::share).sum();
        return Math.round(share * training.steps());
    }

    /// As the net wants it, with room for all that will be known.
    TransformerConfig config(Layout layout) {
        List<Positions.Stack.Sheet> sheets =
                layout.fields().stream().map(WorldRecipe::sheet).toList();
        return new TransformerConfig(
                name,
                TransformerConfig.POINTERS,
                layout.vocabulary(),
                model.width(),
                model.heads(),
                model.heads(),
                model.width() / model.heads(),
                model.inner(),
                layout.positions(),
                Mixing.attention(model.layers()),
                NormKind.RMS,
                1e-5,
                new Positions.Stack(sheets, BASE),
                Activation.SWIGLU,
                Set.of(Bias.QUERY_KEY_VALUE), // a value's bias, turned, is how far off
                false,
                true, // so that to copy a code is learned once for all codes
                Optional.empty(),
                Optional.empty());
    }

    private static Positions.Stack.Sheet sheet(Field field) {
        return new Positions.Stack.Sheet(
                field.type().rows(), field.type().columns(), field.type().levels() + 1);
    }

    /// The files of its videos, if it has any.
    public List<String> videos() {
        return clips.map(Clips::files).orElse(List.of());
    }

    /// How the weights are saved.
    TensorType stored() {
        return model.stored().orElse(TensorType.F32);
    }
}
