package org.cumae.cli;

import org.cumae.Check;
import org.cumae.canvas.Canvas;
import org.cumae.canvas.Moment;
import org.cumae.psi.Inquiry;
import org.cumae.psi.World;
import org.cumae.world.OpenWorld;
import org.cumae.world.Pictures;
import org.cumae.world.Worlds;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import tools.jackson.databind.node.ObjectNode;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// `cumae world roll WORLD`: frame after frame, as the world goes on.
@Command(
        name = "roll",
        mixinStandardHelpOptions = true,
        description = "Draw the frames that follow those that are shown, to the world's last.",
        footer = {"", "Example: ./cumae world roll moving-object --given 2 --out runs/roll"})
final class WorldRollCommand implements Callable<Integer> {
    @Mixin private SceneOptions scene = new SceneOptions();

    @Mixin private Output output = new Output();

    @Option(names = "--given", description = "how many frames are shown (default 1)")
    private int given = 1;

    @Option(
            names = "--sequential",
            description = "patches of a frame drawn one after the other (default 32)")
    private int sequential = 32;

    @Override
    public Integer call() {
        ObjectNode object = Json.MAPPER.createObjectNode();
        try (OpenWorld open = Worlds.open(scene.world)) {
            World world = open.world();
            Check.argument(
                    given > 0 && given < world.frames(),
                    "%d frames are shown of a world of %d; show at least 1 and leave at least 1",
                    given,
                    world.frames());
            String prompt =
                    frames(0, given, "")
                            + "->"
                            + frames(given, world.frames(), ":s2p=" + sequential);
            Canvas shown = open.frames(scene.shown(open), given);
            Inquiry.Outcome outcome = Inquiry.of(world, prompt, shown, scene.seed).run();
            object.put("prompt", prompt);
            object.put("passes", outcome.cost().forwards()).put("rows", outcome.cost().rows());
            List<Pictures.Captioned> strip = new ArrayList<>();
            for (int t = 0; t < world.frames(); t++) {
                strip.add(
                        new Pictures.Captioned(
                                Pictures.of(
                                        world.raster(
                                                outcome.canvas(), World.RGB, new Moment.Frame(t))),
                                t < given
                                        ? "frame %d, shown".formatted(t)
                                        : "frame %d, %d sequential".formatted(t, sequential)));
            }
            scene.picture(Pictures.filmstrip(strip), "roll.png", object);
            output.print(
                    object,
                    () ->
                            "%s: %d patches in %d passes%n%s"
                                    .formatted(
                                            prompt,
                                            outcome.written().size(),
                                            outcome.cost().forwards(),
                                            scene.files()));
        }
        return 0;
    }

    private static String frames(int from, int to, String way) {
        return IntStream.range(from, to)
                .mapToObj(t -> World.RGB + t + way)
                .collect(Collectors.joining(","));
    }
}
