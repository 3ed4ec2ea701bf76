package org.cumae.cli;

import org.cumae.canvas.Canvas;
import org.cumae.psi.Book;
import org.cumae.psi.Cell;
import org.cumae.psi.Motion;
import org.cumae.psi.Poke;
import org.cumae.psi.World;
import org.cumae.world.OpenWorld;
import org.cumae.world.Pictures;
import org.cumae.world.Worlds;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import tools.jackson.databind.node.ObjectNode;

import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;

/// `cumae world motion WORLD`: what may move, and what would if a patch were pushed.
@Command(
        name = "motion",
        mixinStandardHelpOptions = true,
        description = {
            "Say how probable it is that each patch moves, and how it is expected to; with --at and",
            "--poke, when that patch is pushed."
        },
        footer = {
            "",
            "Example: ./cumae world motion moving-object --at 4,4 --poke 2,0 --out runs/motion"
        })
final class WorldMotionCommand implements Callable<Integer> {
    @Mixin private SceneOptions scene = new SceneOptions();

    @Mixin private Output output = new Output();

    @Option(names = "--at", paramLabel = "Y,X", description = "which patch is pushed")
    private Optional<String> at = Optional.empty();

    @Option(
            names = "--poke",
            paramLabel = "X,Y",
            description = "pixels to the right and down (default 1,0)")
    private String poke = "1,0";

    @Override
    public Integer call() {
        ObjectNode object = Json.MAPPER.createObjectNode();
        try (OpenWorld open = Worlds.open(scene.world)) {
            World world = open.world();
            Canvas frame = open.frames(scene.shown(open), 1);
            double[] push = SceneOptions.vector(poke);
            Optional<Cell> point = at.map(text -> SceneOptions.cells(text, world).getFirst());
            Motion motion =
                    point.map(cell -> new Poke(cell, push[0], push[1]).motion(world, frame))
                            .orElseGet(() -> Motion.of(world, frame.elements()));
            object.put("mean_probability", motion.probability().mean());
            object.put("fastest", motion.expected().magnitude().max());
            BufferedImage seen = Pictures.of(world.raster(frame, World.RGB, SceneOptions.FIRST));
            point.ifPresent(cell -> arrow(seen, cell, push, world.book(World.RGB)));
            List<Pictures.Captioned> strip =
                    List.of(
                            new Pictures.Captioned(seen, "frame 0"),
                            new Pictures.Captioned(
                                    Pictures.of(motion.probability()), "probability of moving"),
                            new Pictures.Captioned(
                                    Pictures.of(motion.expected()), "expected motion"));
            scene.picture(Pictures.filmstrip(strip), "motion.png", object);
            output.print(
                    object,
                    () ->
                            "a patch moves with probability %.3f in the mean; the fastest expected motion is %.2f pixels%n%s"
                                    .formatted(
                                            motion.probability().mean(),
                                            motion.expected().magnitude().max(),
                                            scene.files()));
        }
        return 0;
    }

    private static void arrow(BufferedImage image, Cell at, double[] push, Book book) {
        int side = book.side();
        Pictures.arrow(image, at, push[0] / side, push[1] / side, book.type().rows());
    }
}
