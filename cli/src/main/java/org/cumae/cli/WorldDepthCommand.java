package org.cumae.cli;

import org.cumae.canvas.Canvas;
import org.cumae.psi.Depth;
import org.cumae.psi.Raster;
import org.cumae.psi.World;
import org.cumae.world.OpenWorld;
import org.cumae.world.Pictures;
import org.cumae.world.Worlds;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// `cumae world depth WORLD`: how far things are, as a camera that moved would see.
@Command(
        name = "depth",
        mixinStandardHelpOptions = true,
        description = {
            "Move a camera that is not there, and tell from what seems to move how far it is. Depth is up",
            "to one factor for all."
        },
        footer = {"", "Example: ./cumae world depth two-planes --out runs/depth"})
final class WorldDepthCommand implements Callable<Integer> {
    @Mixin private SceneOptions scene = new SceneOptions();

    @Mixin private Output output = new Output();

    @Override
    public Integer call() {
        ObjectNode object = Json.MAPPER.createObjectNode();
        try (OpenWorld open = Worlds.open(scene.world)) {
            World world = open.world();
            Canvas frame = open.frames(scene.shown(open), 1);
            Raster depth = Depth.of(world, frame, Depth.moves(world));
            ArrayNode rows = object.putArray("depth");
            for (int y = 0; y < depth.rows(); y++) {
                ArrayNode row = rows.addArray();
                for (int x = 0; x < depth.columns(); x++) {
                    if (Float.isFinite(depth.at(y, x))) {
                        row.add(depth.at(y, x));
                    } else {
                        row.addNull();
                    }
                }
            }
            scene.picture(Pictures.of(depth), "depth.png", object);
            scene.picture(Pictures.grey16(depth), "depth16.png", object);
            output.print(object, () -> words(depth) + "\n" + scene.files());
        }
        return 0;
    }

    private static String words(Raster depth) {
        return IntStream.range(0, depth.rows())
                .mapToObj(
                        y ->
                                IntStream.range(0, depth.columns())
                                        .mapToObj(
                                                x ->
                                                        String.format(
                                                                Locale.ROOT,
                                                                "%.2f",
                                                                depth.at(y, x)))
                                        .collect(Collectors.joining(" ")))
                .collect(Collectors.joining("\n"));
    }
}
