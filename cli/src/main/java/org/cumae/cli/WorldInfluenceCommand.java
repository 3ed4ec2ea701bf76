package org.cumae.cli;

import org.cumae.Check;
import org.cumae.canvas.Canvas;
import org.cumae.psi.Cell;
import org.cumae.psi.Influence;
import org.cumae.psi.Mask;
import org.cumae.psi.Poke;
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

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;

/// `cumae world influence WORLD`: what moves along when something else is pushed.
@Command(
        name = "influence",
        mixinStandardHelpOptions = true,
        description = {
            "Push each object of frame 0 and see which others move along: who rests on whom, and in which",
            "order they can be taken away so that the rest stays. Objects are the segments of the patches",
            "named with --at; without it, those that are found."
        },
        footer = {
            "",
            "Example: ./cumae world influence stack --at \"1,3;7,3\" --out runs/influence"
        })
final class WorldInfluenceCommand implements Callable<Integer> {
    private static final int CANDIDATES = 6;
    private static final double SAME = 0.5;

    @Mixin private SceneOptions scene = new SceneOptions();

    @Mixin private Output output = new Output();

    @Option(names = "--at", paramLabel = "Y,X;Y,X", description = "a patch of each object")
    private Optional<String> at = Optional.empty();

    @Option(
            names = "--poke",
            paramLabel = "X,Y",
            description = "how each is pushed, in pixels (default: to the right, as far as can be)")
    private Optional<String> poke = Optional.empty();

    @Option(names = "--pokes", description = "directions to find a segment with (default 8)")
    private int pokes = 8;

    @Override
    public Integer call() {
        ObjectNode object = Json.MAPPER.createObjectNode();
        try (OpenWorld open = Worlds.open(scene.world)) {
            World world = open.world();
            Canvas frame = open.frames(scene.shown(open), 1);
            List<Mask> objects = objects(world, frame);
            Check.argument(
                    objects.size() > 1,
                    "influence is between objects, and there is %d; name more with --at",
                    objects.size());
            double reach = Poke.reach(world.book(World.FLOW));
            double[] push = poke.map(SceneOptions::vector).orElse(new double[] {reach, 0});
            Influence among = Influence.among(world, frame, objects, push[0], push[1]);
            String words = told(among, objects, world, frame, object);
            output.print(object, () -> words);
        }
        return 0;
    }

    private List<Mask> objects(World world, Canvas frame) {
        Segments how = Segments.of(world, pokes);
        if (at.isEmpty()) {
            return how.objects(world, frame, CANDIDATES, SAME).stream()
                    .map(Segments.Segment::mask)
                    .toList();
        }
        return SceneOptions.cells(at.get(), world).stream()
                .map(cell -> how.segment(world, frame, cell).mask())
                .toList();
    }

    private String told(
            Influence among, List<Mask> objects, World world, Canvas frame, ObjectNode object) {
        StringBuilder words = new StringBuilder();
        ArrayNode nodes = object.putArray("objects");
        for (int i = 0; i < objects.size(); i++) {
            List<String> cells = objects.get(i).cells().stream().map(Cell::toString).toList();
            ObjectNode node = nodes.addObject().put("influence", among.of(i));
            node.set("moves", Json.MAPPER.valueToTree(among.weights().get(i)));
            node.set("cells", Json.MAPPER.valueToTree(cells));
            List<String> moves = new ArrayList<>();
            for (double weight : among.weights().get(i)) {
                moves.add("%.2f".formatted(weight));
            }
            words.append(
                    "object %d, %d patches from %s on: moves %s%n"
                            .formatted(i, cells.size(), cells.getFirst(), String.join(" ", moves)));
            scene.picture(
                    Pictures.segment(
                            world.raster(frame, World.RGB, SceneOptions.FIRST), objects.get(i)),
                    "object%d.png".formatted(i),
                    object);
        }
        object.set("removal", Json.MAPPER.valueToTree(among.removal()));
        return words
                + "to be taken away in the order %s%n".formatted(among.removal())
                + scene.files();
    }
}
