package org.cumae.reproduce.world;

import org.cumae.data.DataFolder;
import org.cumae.naming.ModelShelf;
import org.cumae.psi.Response;
import org.cumae.psi.Tracing;
import org.cumae.psi.World;
import org.cumae.recipe.Recipes;
import org.cumae.recipe.WorldRecipe;
import org.cumae.recipe.WorldScenes;
import org.cumae.reproduce.Figure;
import org.cumae.reproduce.Outcome;
import org.cumae.reproduce.Reproduction;
import org.cumae.reproduce.Trial;
import org.cumae.reproduce.world.SceneJudge.Flow;
import org.cumae.train.world.ClipPairs;
import org.cumae.train.world.SceneCode;
import org.cumae.train.world.SpriteScenes;
import org.cumae.train.world.SpriteScenes.Scene;
import org.cumae.unit.classical.Classical.Farneback;
import org.cumae.world.OpenWorld;
import org.cumae.world.Pictures;
import org.cumae.world.Worlds;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;

/// Structure is read off a world by asking it, and makes it see better once it is told.
///
/// The bundled world is held against the truth of scenes that it has not learned from.
///
/// @see <a href="https://arxiv.org/abs/2509.09737">PSI</a>
public final class Structures implements Reproduction {
    private static final String WORLD = "world-cards";
    private static final int MASKS = 5;
    private static final double REVEALED = 0.1;
    private static final double SPARSE = 0.1; // of the patches' motions are told
    private static final int POINTS = 4; // that move, and that do not, in a scene
    private static final int[] WINDOWS = {5, 9, 15};
    private static final int QUICK = 30; // scenes
    private static final int FULL = 200;
    private static final int STEPS = 1000; // of worlds that learn in two orders

    @Override
    public int method() {
        return 1;
    }

    @Override
    public String claim() {
        return "a world that is asked for any part given any other follows points better by how laws"
                + " respond to a perturbation than by how pictures do or without revealed patches"
                + " (twice as often right), finds things by poking them better than by their"
                + " brightness and better with 8 pokes than with 1, and sees better once it is told a"
                + " tenth of the motion (a tenth less surprise); learned in random order it makes"
                + " more of patches revealed anywhere than learned in raster order (a twentieth less"
                + " surprise; tried in full runs); of real videos, of which a tenth of a frame is"
                + " revealed, it expects more than the frame before (here: cards and digits on"
                + " photographs, the motion told being the true one)";
    }

    @Override
    public Outcome run(Trial trial) {
        Path folder = ModelShelf.standard().find(WORLD);
        Ground ground = Ground.of(folder);
        List<Scene> scenes = scenes(ground.scenes(), trial.quick() ? QUICK : FULL);
        List<Figure> table = new ArrayList<>();
        try (OpenWorld open = Worlds.open(folder.toString())) {
            SceneJudge judge = new SceneJudge(open.world(), SceneCode.of(open.world()), scenes);
            trial.progress().accept("following points");
            boolean follows = follows(judge, table);
            trial.progress().accept("poking things");
            double one = told(table, "things by 1 poke, overlap", judge.poked(1), "IoU");
            double eight = told(table, "things by 8 pokes, overlap", judge.poked(8), "IoU");
            double bright = told(table, "things by brightness, overlap", judge.bright(), "IoU");
            told(table, "things by GrabCut from a box, overlap", judge.cut(), "IoU");
            trial.progress().accept("moving the camera in thought");
            told(table, "nearness, rank correlation", judge.depth(), "");
            trial.progress().accept("telling motion");
            double blind = told(table, "frame 1 given frame 0", judge.surprise(0, 0), "nats/patch");
            double informed =
                    told(
                            table,
                            "frame 1 given frame 0 and a tenth of the motion",
                            judge.surprise(0, SPARSE),
                            "nats/patch");
            boolean gains = informed < 0.9 * blind;
            boolean foresees = foresees(open.world(), ground, trial, table);
            boolean anywhere = trial.quick() || anywhere(ground, trial, table);
            return new Outcome(
                    new Figure("frame 1 given frame 0", blind, "nats/patch"),
                    new Figure("and a tenth of the motion", informed, "nats/patch"),
                    follows && eight > one && eight > bright && gains && foresees && anywhere,
                    table);
        }
    }

    /// What a world's recipe learned from.
    private record Ground(WorldRecipe recipe, Path photos, Path digits, List<Path> clips) {
        static Ground of(Path world) {
            WorldRecipe recipe = (WorldRecipe) Recipes.read(world.resolve("recipe.yaml"), Map.of());
            DataFolder data = DataFolder.standard();
            return new Ground(
                    recipe,
                    data.find(recipe.data().file(), (_, _) -> {}),
                    data.find(recipe.shapes(), (_, _) -> {}),
                    recipe.videos().stream().map(file -> data.find(file, (_, _) -> {})).toList());
        }

        /// Scenes that it has not learned from.
        SpriteScenes scenes() {
            return WorldScenes.of(recipe, photos, digits, false);
        }
    }

    private static List<Scene> scenes(SpriteScenes from, int count) {
        return LongStream.range(0, count).mapToObj(from::scene).toList();
    }

    /// Whether more is expected of real videos than that they stay as they are.
    private static boolean foresees(World world, Ground ground, Trial trial, List<Figure> table) {
        Optional<ClipPairs> pairs =
                WorldScenes.clips(ground.recipe, ground.clips)
                        .map(learned -> learned.of(ClipPairs.Part.HELD_OUT));
        if (pairs.isEmpty()) {
            return false;
        }
        trial.progress().accept("watching videos");
        Filmed filmed = Filmed.of(world, pairs.get(), trial.quick() ? QUICK : FULL, REVEALED);
        told(table, "real videos, a tenth revealed, expected", filmed.expected(), "dB");
        told(table, "real videos, the frame before", filmed.copied(), "dB");
        told(table, "real videos, the frame before in codes", filmed.coded(), "dB");
        Pictures.write(filmed.strip(), trial.folder().resolve("videos.png"));
        return filmed.expected() > filmed.copied();
    }

    private static boolean anywhere(Ground ground, Trial trial, List<Figure> table) {
        Orders orders =
                Orders.of(
                        ground.recipe,
                        ground.photos,
                        ground.digits,
                        scenes(ground.scenes().withCameras(1), FULL / 2),
                        STEPS,
                        trial);
        told(table, "a tenth revealed, learned in random order", orders.random(), "nats/patch");
        told(table, "a tenth revealed, learned in raster order", orders.raster(), "nats/patch");
        return orders.random() < 0.95 * orders.raster();
    }

    private static boolean follows(SceneJudge judge, List<Figure> table) {
        Tracing tracing = Tracing.DEFAULT.revealing(MASKS, REVEALED);
        Flow laws = told(table, "traced by laws", judge.traced(tracing, POINTS));
        told(
                table,
                "traced by laws, three times as much revealed",
                judge.traced(tracing.revealing(MASKS, 3 * REVEALED), POINTS));
        Flow samples =
                told(
                        table,
                        "traced by pictures",
                        judge.traced(tracing.by(Response.SAMPLES), POINTS));
        Flow nothing =
                told(
                        table,
                        "traced with nothing revealed",
                        judge.traced(tracing.revealing(1, 0), POINTS));
        for (int window : WINDOWS) {
            told(
                    table,
                    "Farnebäck, window of %d".formatted(window),
                    judge.farneback(Farneback.USUAL.withWindow(window), POINTS));
        }
        return laws.right() > 2 * samples.right() && laws.right() > 2 * nothing.right();
    }

    private static Flow told(List<Figure> table, String what, Flow flow) {
        table.add(new Figure(what + ", distance of points that move", flow.moving(), "pixels"));
        table.add(new Figure(what + ", of points that do not", flow.still(), "pixels"));
        table.add(new Figure(what + ", right of those that move", flow.right(), ""));
        return flow;
    }

    private static double told(List<Figure> table, String what, double value, String unit) {
        table.add(new Figure(what, value, unit));
        return value;
    }
}
