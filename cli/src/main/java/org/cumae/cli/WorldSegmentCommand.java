package org.cumae.cli;

import org.cumae.Check;
import org.cumae.canvas.Canvas;
import org.cumae.psi.Cell;
import org.cumae.psi.Segments;
import org.cumae.psi.World;
import org.cumae.world.OpenWorld;
import org.cumae.world.Pictures;
import org.cumae.world.Worlds;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;

/// `cumae world segment WORLD`: what belongs together, because it moves together.
@Command(
        name = "segment",
        mixinStandardHelpOptions = true,
        description = {
            "Push a patch in several directions and see what comes along: its segment. Without --at, the",
            "patches that are most likely to move are pushed: the objects of the scene."
        },
        footer = {"", "Example: ./cumae world segment moving-object --at 4,4 --out runs/segment"})
final class WorldSegmentCommand implements Callable<Integer> {
    private static final int CANDIDATES = 8;
    private static final double SAME = 0.5;

    @Mixin private SceneOptions scene = new SceneOptions();

    @Mixin private Output output = new Output();

    @Option(names = "--at", paramLabel = "Y,X", description = "a patch of frame 0")
    private Optional<String> at = Optional.empty();

    @Option(names = "--pokes", description = "how many directions (default 8)")
    private int pokes = 8;

    @Override
    public Integer call() {
        ObjectNode object = Json.MAPPER.createObjectNode();
        try (OpenWorld open = Worlds.open(scene.world)) {
            World world = open.world();
            Canvas frame = open.frames(scene.shown(open), 1);
            Segments how = Segments.of(world, pokes);
            List<Segments.Segment> found =
                    at.map(text -> List.of(one(world, frame, how, text)))
                            .orElseGet(() -> how.objects(world, frame, CANDIDATES, SAME));
            ArrayNode nodes = object.putArray("segments");
            StringBuilder words = new StringBuilder();
            for (int i = 0; i < found.size(); i++) {
                Segments.Segment segment = found.get(i);
                List<String> cells = segment.mask().cells().stream().map(Cell::toString).toList();
                nodes.addObject().set("cells", Json.MAPPER.valueToTree(cells));
                words.append("%d patches: %s%n".formatted(cells.size(), String.join(" ", cells)));
                scene.picture(
                        Pictures.segment(
                                world.raster(frame, World.RGB, SceneOptions.FIRST), segment.mask()),
                        "segment%d.png".formatted(i),
                        object);
                scene.picture(Pictures.mask(segment.mask()), "mask%d.png".formatted(i), object);
            }
            output.print(object, () -> words + scene.files());
        }
        return 0;
    }

    private static Segments.Segment one(World world, Canvas frame, Segments how, String text) {
        List<Cell> cells = SceneOptions.cells(text, world);
        Check.argument(cells.size() == 1, "a segment is of one patch; --at names %d", cells.size());
        return how.segment(world, frame, cells.getFirst());
    }
}
