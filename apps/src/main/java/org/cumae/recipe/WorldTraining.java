package org.cumae.recipe;

import org.cumae.canvas.Canvas;
import org.cumae.canvas.Element;
import org.cumae.net.Backbone;
import org.cumae.psi.Perturbation;
import org.cumae.psi.Raster;
import org.cumae.psi.Response;
import org.cumae.psi.Tracing;
import org.cumae.psi.World;
import org.cumae.train.Batches;
import org.cumae.train.HeldOut;
import org.cumae.train.Journal;
import org.cumae.train.Journals;
import org.cumae.train.MetricsLog;
import org.cumae.train.RunFolder;
import org.cumae.train.Schedule;
import org.cumae.train.Trainer;
import org.cumae.train.TrainerOptions;
import org.cumae.train.world.ClipPairs;
import org.cumae.train.world.CodedScenes;
import org.cumae.train.world.Mixture;
import org.cumae.train.world.Packed;
import org.cumae.train.world.PointerCodes;
import org.cumae.train.world.ReadOff;
import org.cumae.train.world.SceneCode;
import org.cumae.train.world.SpriteScenes;
import org.cumae.unit.patch.PatchTraining;
import org.cumae.world.WorldFolder;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Follows a [WorldRecipe]: learns the books, and stage by stage the world.
///
/// Each stage goes on from the steps at the full rate of the one before, and ends twice: at the
/// full rate, where the next one begins, and with a falling rate, which gives the world that is
/// used and that the next stage's types are read off (warm-up, stable, decay). Each has a folder of
/// its own in the run's; the last world is the run's model.
public final class WorldTraining implements Training {
    private static final int HELD_OUT = 400; // scenes
    private static final int SHOWN = 24; // of them come with the world
    private static final int LOOKS = 16; // batches
    private static final int FRAMES = 300; // to learn the book of what is seen from
    private static final int NEARNESS = 16; // codes
    private static final int AT_ONCE = 6; // scenes that are read
    private static final int TOLD = 50; // scenes between two lines of progress

    private final WorldRecipe recipe;
    private final SceneCode code;
    private final Ground learned;
    private final Ground others; // that nothing is learned from
    private final CodedScenes seen;
    private final CodedScenes heldOut; // with the truth about all types
    private final RunFolder folder;
    private final Journal journal;
    private final List<Readings> readings = new ArrayList<>(); // of the stages so far
    private volatile boolean stopping;
    private volatile @Nullable Trainer<Packed> running;

    private WorldTraining(
            WorldRecipe recipe,
            SceneCode code,
            Ground learned,
            Ground others,
            RunFolder folder,
            Journal journal) {
        this.recipe = recipe;
        this.code = code;
        this.learned = learned;
        this.others = others;
        this.seen = coded(recipe.scenes().count(), learned.made, recipe.given());
        this.heldOut = unseen(others.made);
        this.folder = folder;
        this.journal = journal;
    }

    /// Makes everything ready.
    ///
    /// @param photos a ZIP archive
    /// @param digits an IDX file
    /// @param clips videos, as many as the recipe names
    /// @param folder borrowed
    public static WorldTraining prepare(
            WorldRecipe recipe,
            Path photos,
            Path digits,
            List<Path> clips,
            RunFolder folder,
            Journal journal) {
        SpriteScenes scenes = WorldScenes.of(recipe, photos, digits, true);
        SpriteScenes others = WorldScenes.of(recipe, photos, digits, false);
        List<Raster> frames =
                IntStream.range(0, FRAMES)
                        .mapToObj(scenes::scene)
                        .flatMap(scene -> scene.frames().stream())
                        .toList();
        SceneCode code =
                SceneCode.learn(
                        recipe.types(recipe.stages().size()),
                        scenes,
                        recipe.scenes().patch(),
                        recipe.codes(),
                        NEARNESS,
                        recipe.law().orElse(PatchTraining.Law.MEANS),
                        frames);
        recipe.stages()
                .forEach(
                        stage ->
                                stage.mixture(code.layout(), recipe.length())
                                        .requireRoom(code.layout()));
        Optional<ClipPairs> filmed = WorldScenes.clips(recipe, clips);
        Optional<ClipPairs> unseen = filmed.map(pairs -> pairs.of(ClipPairs.Part.HELD_OUT));
        return new WorldTraining(
                recipe,
                code,
                new Ground(scenes, filmed),
                new Ground(others, unseen),
                folder,
                journal);
    }

    /// What scenes come from.
    private record Ground(SpriteScenes made, Optional<ClipPairs> filmed) {}

    private CodedScenes unseen(SpriteScenes made) {
        List<String> all = new ArrayList<>(recipe.given());
        all.addAll(recipe.read());
        return coded(HELD_OUT, made, all);
    }

    private CodedScenes coded(int count, SpriteScenes made, List<String> types) {
        return new CodedScenes(count, number -> known(code, made.scene(number), types));
    }

    /// Scenes, with filmed ones in the place of some.
    private CodedScenes filmed(CodedScenes scenes, Optional<ClipPairs> pairs, int stage) {
        double share = recipe.stages().get(stage).filmed().orElse(0.0);
        if (share == 0) {
            return scenes;
        }
        return new CodedScenes(
                scenes.count(),
                number -> {
                    boolean isFilmed = (int) ((number + 1) * share) > (int) (number * share);
                    if (!isFilmed) {
                        return scenes.at(number);
                    }
                    List<Raster> pair = pairs.orElseThrow().pair(number);
                    return code.seen(pair.getFirst(), pair.getLast());
                });
    }

    /// The loss of a world on held-out scenes, in nats a code of the rows of its last stage.
    ///
    /// @param backbone of the world, borrowed
    static double heldOut(
            WorldRecipe recipe, Path photos, Path digits, List<Path> clips, Backbone backbone) {
        try (RunFolder nowhere = RunFolder.temporary()) {
            WorldTraining training =
                    prepare(recipe, photos, digits, clips, nowhere, new Journal() {});
            int last = recipe.stages().size() - 1;
            return HeldOut.loss(training.learner(backbone), training.looks(last), LOOKS);
        }
    }

    /// What is seen of a scene, how the camera moved, and the truth about some types.
    private static Canvas known(SceneCode code, SpriteScenes.Scene scene, List<String> types) {
        Canvas canvas = code.seen(scene);
        types.forEach(type -> code.truth(type, scene).forEach(canvas::observe));
        return canvas;
    }

    @Override
    public void stop() {
        stopping = true;
        Trainer<Packed> trainer = running;
        if (trainer != null) {
            trainer.stop();
        }
    }

    @Override
    public Result run() {
        Result result = learned(0);
        for (int stage = 1; stage < recipe.stages().size() && !stopping; stage++) {
            readings.add(readings(stage));
            result = stopping ? result : learned(stage);
            if (!stopping && recipe.stages().get(stage).reading().isPresent()) {
                tellGains(stage);
            }
        }
        if (!stopping) {
            copy(decayed(recipe.stages().size() - 1).resolve("model"), folder.model());
        }
        return result;
    }

    private Path place(int stage) {
        return folder.path()
                .resolve("%d-%s".formatted(stage + 1, recipe.stages().get(stage).name()));
    }

    private Path decayed(int stage) {
        return place(stage).resolve("decayed");
    }

    private Result learned(int stage) {
        TrainingPlan plan = recipe.training();
        long last = recipe.last(stage);
        long decay = plan.decay().orElse(last / 5);
        Path place = place(stage);
        Schedule full = new Schedule.Constant(plan.rate(), plan.rise());
        try (RunFolder stable =
                stage == 0
                        ? RunFolder.open(place, true)
                        : RunFolder.branch(place, place(stage - 1))) {
            Result at = run(stage, stable, plan.options(LOOKS, last, full));
            if (at.outcome().reason() != Journal.Reason.DONE || !isUsed(stage)) {
                return at;
            }
        }
        Schedule falling =
                new Schedule.Wsd(
                        plan.rate(),
                        plan.floor().orElse(plan.rate() / 10),
                        plan.rise(),
                        decay,
                        last + decay);
        try (RunFolder decayed = RunFolder.branch(decayed(stage), place)) {
            return run(stage, decayed, plan.options(LOOKS, last + decay, falling));
        }
    }

    /// Whether something is read off the world of a stage, or it is the last.
    private boolean isUsed(int stage) {
        return stage + 1 == recipe.stages().size()
                || recipe.stages().get(stage + 1).reading().isPresent();
    }

    private Result run(int stage, RunFolder to, TrainerOptions options) {
        TrainingPlan plan = recipe.training();
        Batches<Packed> batches =
                mixture(stage).of(known(stage), code::speed, plan.batch(), plan.chance() + stage);
        Batches<Packed> looks = looks(stage);
        Journal both = new Journals(List.of(new MetricsLog(to), journal));
        try (Backbone backbone = Backbone.fresh(recipe.config(code.layout()), plan.chance());
                Trainer<Packed> trainer =
                        new Trainer<>(learner(backbone), batches, looks, options, to, both)) {
            running = trainer;
            if (stopping) {
                trainer.stop();
            }
            Journal.Outcome outcome = trainer.run();
            running = null;
            describe(stage, to.model());
            try (Backbone best = Backbone.load(to.model())) {
                double loss = HeldOut.loss(learner(best), looks, LOOKS);
                return new Result(outcome, backbone.parameters(), loss);
            }
        }
    }

    private Mixture mixture(int stage) {
        return recipe.stages().get(stage).mixture(code.layout(), recipe.length());
    }

    private Batches<Packed> looks(int stage) {
        CodedScenes made = isOther(stage) ? unseen(made(others, stage)) : heldOut;
        return mixture(stage)
                .of(
                        filmed(made, others.filmed, stage),
                        code::speed,
                        recipe.training().batch(),
                        -1 - stage);
    }

    private PointerCodes learner(Backbone backbone) {
        return new PointerCodes(
                backbone, code.layout(), recipe.training().dropout().orElse(0.0), recipe.stored());
    }

    /// Whether a stage has scenes of its own, of which nothing was read.
    private boolean isOther(int stage) {
        return recipe.stages().get(stage).cameras().isPresent();
    }

    private SpriteScenes made(Ground from, int stage) {
        return recipe.stages().get(stage).cameras().map(from.made::withCameras).orElse(from.made);
    }

    /// Scenes with all that was read of them so far, or those of the stage's own, and filmed ones.
    private CodedScenes known(int stage) {
        CodedScenes made =
                isOther(stage)
                        ? coded(recipe.scenes().count(), made(learned, stage), recipe.given())
                        : new CodedScenes(
                                seen.count(),
                                number -> {
                                    Canvas canvas = seen.at(number).copy();
                                    readings.forEach(reading -> reading.addTo(number, canvas));
                                    return canvas;
                                });
        return filmed(made, learned.filmed, stage);
    }

    /// Some scenes come with the world, so that there is something to try it on.
    private void describe(int stage, Path model) {
        SceneCode now = code.of(recipe.types(stage + 1));
        List<Canvas> shown =
                IntStream.range(0, SHOWN)
                        .mapToObj(
                                number -> {
                                    Canvas canvas = new Canvas(now.layout());
                                    heldOut.at(number).elements().stream()
                                            .filter(
                                                    each ->
                                                            now.books()
                                                                    .containsKey(
                                                                            each.address().type()))
                                            .forEach(canvas::observe);
                                    return canvas;
                                })
                        .toList();
        WorldFolder.describe(now.layout(), now.books(), shown, model);
    }

    /// The types that a stage adds, read off the world of the one before.
    private Readings readings(int stage) {
        if (recipe.stages().get(stage).reading().isEmpty()) {
            return new Readings(List.of());
        }
        Path file = beside(stage, "json");
        return Readings.read(file, code.layout())
                .orElseGet(
                        () -> {
                            Readings fresh = read(stage);
                            if (!stopping) {
                                fresh.write(file, code.layout());
                            }
                            return fresh;
                        });
    }

    private Readings read(int stage) {
        WorldRecipe.Stage plan = recipe.stages().get(stage);
        WorldRecipe.Reading how = plan.reading().orElseThrow();
        Tracing tracing =
                new Tracing(
                        how.masks(),
                        how.reveal(),
                        Response.KL,
                        Perturbation::frequent,
                        Tracing.Reduction.MEAN,
                        how.threshold(),
                        OptionalInt.of(recipe.scenes().reach() / recipe.scenes().patch()),
                        recipe.training().chance());
        int count = Math.min(how.scenes(), seen.count());
        try (World world = WorldFolder.open(decayed(stage - 1).resolve("model"));
                ExecutorService many = Executors.newFixedThreadPool(AT_ONCE)) {
            ReadOff reading = new ReadOff(world, code, tracing, how.points(), how.pokes());
            List<Future<List<Element>>> scenes =
                    IntStream.range(0, count)
                            .mapToObj(number -> many.submit(() -> read(reading, plan, number)))
                            .toList();
            List<List<Element>> values = new ArrayList<>();
            for (Future<List<Element>> scene : scenes) {
                if (values.size() % TOLD == 0) {
                    journal.told(
                            "reading %s off %d of %d scenes"
                                    .formatted(
                                            String.join(" and ", plan.types()),
                                            values.size(),
                                            count));
                }
                values.add(scene.get());
            }
            return new Readings(values);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while reading scenes", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("a scene could not be read", e.getCause());
        }
    }

    private List<Element> read(ReadOff reading, WorldRecipe.Stage plan, int number) {
        return stopping
                ? List.of()
                : plan.types().stream()
                        .flatMap(type -> reading.values(type, seen.at(number), number).stream())
                        .toList();
    }

    /// Tells what a turn of the cycle brought, and keeps it beside the stage's folder.
    private void tellGains(int stage) {
        Path file = beside(stage, "gains.json");
        if (Files.exists(file)) {
            return;
        }
        Batches<Packed> before = looks(stage - 1);
        try (Backbone last = Backbone.load(decayed(stage - 1).resolve("model"));
                Backbone now = Backbone.load(decayed(stage).resolve("model"))) {
            Gains gains =
                    Gains.of(
                            recipe.stages().get(stage).name(),
                            recipe.stages().get(stage).types(),
                            mixture(stage),
                            new Gains.Pair(
                                    HeldOut.loss(learner(last), before, LOOKS),
                                    HeldOut.loss(learner(now), before, LOOKS)),
                            learner(now),
                            heldOut,
                            code::speed,
                            recipe.training().batch(),
                            LOOKS);
            gains.write(file);
            gains.lines().forEach(journal::told);
        }
    }

    private Path beside(int stage, String name) {
        return place(stage).resolveSibling(place(stage).getFileName() + "." + name);
    }

    private static void copy(Path from, Path to) {
        try (Stream<Path> files = Files.list(from)) {
            Files.createDirectories(to);
            for (Path file : files.toList()) {
                Files.copy(
                        file,
                        to.resolve(String.valueOf(file.getFileName())),
                        StandardCopyOption.REPLACE_EXISTING);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot copy %s to %s".formatted(from, to), e);
        }
    }

    @Override
    public void close() {}
}
