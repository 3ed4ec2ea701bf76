package org.cumae.cli;

import org.cumae.canvas.Address;
import org.cumae.canvas.Canvas;
import org.cumae.psi.Book;
import org.cumae.psi.Cell;
import org.cumae.psi.Mask;
import org.cumae.psi.Raster;
import org.cumae.psi.Tracing;
import org.cumae.psi.World;
import org.cumae.world.FlowFile;
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

/// `cumae world flow WORLD`: where points of frame 0 are in frame 1.
@Command(
        name = "flow",
        mixinStandardHelpOptions = true,
        description = {
            "Trace points from frame 0 to frame 1: change a patch of the first, and see which patch of",
            "the second answers (KL-tracing, arXiv 2507.09082). Without --at, every patch."
        },
        footer = {"", "Example: ./cumae world flow moving-object --scene 3 --out runs/flow"})
final class WorldFlowCommand implements Callable<Integer> {
    @Mixin private SceneOptions scene = new SceneOptions();

    @Mixin private Output output = new Output();

    @Option(names = "--at", paramLabel = "Y,X;...", description = "which patches of frame 0")
    private Optional<String> at = Optional.empty();

    @Option(names = "--masks", description = "how many choices of what is revealed (default 5)")
    private int masks = Tracing.DEFAULT.masks();

    @Option(names = "--reveal", description = "the share that is revealed (default 0.1)")
    private double reveal = Tracing.DEFAULT.reveal();

    @Option(
            names = "--reach",
            paramLabel = "PATCHES",
            description = "how many patches a point may go; less is asked (default: any number)")
    private Optional<Integer> reach = Optional.empty();

    @Override
    public Integer call() {
        ObjectNode object = Json.MAPPER.createObjectNode();
        try (OpenWorld open = Worlds.open(scene.world)) {
            World world = open.world();
            Canvas shown = scene.shown(open);
            Canvas frames = open.frames(shown, 2);
            List<Address> points =
                    at.map(
                                    text ->
                                            SceneOptions.cells(text, world).stream()
                                                    .map(SceneOptions::patch)
                                                    .toList())
                            .orElseGet(() -> world.cells(World.RGB, SceneOptions.FIRST));
            output.progress().say("tracing %d points".formatted(points.size()));
            Tracing tracing = Tracing.DEFAULT.revealing(masks, reveal).withSeed(scene.seed);
            Tracing.Traces traces =
                    reach.map(tracing::reaching).orElse(tracing).trace(world, frames, points);
            tell(world, shown, traces, object);
        }
        return 0;
    }

    private void tell(World world, Canvas shown, Tracing.Traces traces, ObjectNode object) {
        Book book = world.book(World.RGB);
        int side = book.side();
        Raster truth =
                scene.isDrawn() && world.has(World.FLOW, SceneOptions.NEXT)
                        ? world.raster(shown, World.FLOW, SceneOptions.NEXT)
                        : new Raster(1, 1, 1);
        ArrayNode nodes = object.putArray("traces");
        List<List<String>> table = new ArrayList<>();
        table.add(List.of("from", "to", "moved (x, y)", "evidence", ""));
        double error = 0;
        int visible = 0;
        Raster moved =
                Raster.of(
                        book.type().rows(),
                        book.type().columns(),
                        2,
                        (y, x, c) -> motion(traces, y, x, c, side));
        for (Tracing.Trace trace : traces.traces()) {
            int x = (trace.to().x() - trace.from().x()) * side;
            int y = (trace.to().y() - trace.from().y()) * side;
            nodes.addObject()
                    .put("from", Cell.of(trace.from()).toString())
                    .put("to", Cell.of(trace.to()).toString())
                    .put("x", x)
                    .put("y", y)
                    .put("evidence", trace.evidence())
                    .put("visible", trace.visible());
            table.add(
                    List.of(
                            Cell.of(trace.from()).toString(),
                            Cell.of(trace.to()).toString(),
                            "%d, %d".formatted(x, y),
                            "%.2f".formatted(trace.evidence()),
                            trace.visible() ? "" : "out of sight"));
            if (trace.visible() && truth.channels() == 2) {
                visible++;
                error +=
                        Math.hypot(
                                x - truth.at(trace.from().y(), trace.from().x(), 0),
                                y - truth.at(trace.from().y(), trace.from().x(), 1));
            }
        }
        object.put("passes", traces.cost().forwards()).put("rows", traces.cost().rows());
        String words = Words.table(table);
        if (visible > 0) {
            object.put("endpoint_error", error / visible);
            words += "%nmean error of those in sight %.3f pixels".formatted(error / visible);
        }
        scene.out()
                .ifPresent(
                        folder ->
                                object.withArray("files")
                                        .add(folder.resolve("flow.flo").toString()));
        scene.picture(Pictures.of(moved), "flow.png", object);
        scene.picture(Pictures.mask(unseen(book, traces)), "occluded.png", object);
        scene.out().ifPresent(folder -> FlowFile.write(moved, folder.resolve("flow.flo")));
        String all = words;
        output.print(object, () -> all + "\n" + scene.files());
    }

    private static double motion(Tracing.Traces traces, int y, int x, int channel, int side) {
        return traces.traces().stream()
                .filter(trace -> trace.visible() && Cell.of(trace.from()).equals(new Cell(y, x)))
                .mapToDouble(
                        trace ->
                                side
                                        * (double)
                                                (channel == 0
                                                        ? trace.to().x() - x
                                                        : trace.to().y() - y))
                .findFirst()
                .orElse(0);
    }

    private static Mask unseen(Book book, Tracing.Traces traces) {
        List<Address> unseen =
                traces.traces().stream()
                        .filter(trace -> !trace.visible())
                        .map(Tracing.Trace::from)
                        .toList();
        return Mask.of(book.type().rows(), book.type().columns(), unseen);
    }
}
