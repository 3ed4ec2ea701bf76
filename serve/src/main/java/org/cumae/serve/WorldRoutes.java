package org.cumae.serve;

import org.cumae.canvas.Address;
import org.cumae.canvas.Canvas;
import org.cumae.canvas.Field;
import org.cumae.canvas.Moment;
import org.cumae.decode.Filled;
import org.cumae.distribution.Sampling;
import org.cumae.model.Ledger;
import org.cumae.psi.Book;
import org.cumae.psi.Cell;
import org.cumae.psi.Depth;
import org.cumae.psi.Edit;
import org.cumae.psi.Inquiry;
import org.cumae.psi.Mask;
import org.cumae.psi.Motion;
import org.cumae.psi.Poke;
import org.cumae.psi.Pose;
import org.cumae.psi.Prompt;
import org.cumae.psi.Raster;
import org.cumae.psi.Segments;
import org.cumae.psi.Tracing;
import org.cumae.psi.Uncertainty;
import org.cumae.psi.World;
import org.cumae.world.OpenWorld;

import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.function.Function;

/// `GET /cumae/v1/world` and `POST /cumae/v1/world/...`: ask a world, poke it, read its structure.
///
/// Every question names a world, and a scene of it by number or frames as pictures; every answer
/// holds what was found as rasters `{rows, columns, channels, values}`, `null` for what is
/// infinite.
final class WorldRoutes {
    private static final Moment.Frame FIRST = new Moment.Frame(0);
    private static final Moment.Frame SECOND = new Moment.Frame(1);
    private static final int STEPS = 32; // patches one after the other, unless told
    private static final int MOST_POKES = 64;
    private static final int MOST_MASKS = 50;
    private static final int MOST_REACH = 10_000; // patches

    private final ServedWorlds worlds;

    WorldRoutes(ServedWorlds worlds) {
        this.worlds = worlds;
    }

    /// What can be done under `/cumae/v1/world/`.
    void each(Consumer<Map.Entry<String, Route>> taker) {
        Map<String, Function<WorldFields, ObjectNode>> all =
                Map.of(
                        "scene", WorldRoutes::scene,
                        "ask", WorldRoutes::ask,
                        "flow", WorldRoutes::flow,
                        "motion", WorldRoutes::motion,
                        "poke", WorldRoutes::poke,
                        "segment", WorldRoutes::segment,
                        "depth", WorldRoutes::depth,
                        "edit", WorldRoutes::edit,
                        "entropy", WorldRoutes::entropy);
        all.forEach((name, work) -> taker.accept(Map.entry(name, answering(work))));
    }

    private Route answering(Function<WorldFields, ObjectNode> work) {
        return exchange -> {
            Fields fields = exchange.fields();
            WorldFields asked = new WorldFields(fields, worlds);
            ObjectNode answer = work.apply(asked);
            Reply.surplus(fields, exchange.isStrict());
            exchange.json(200, answer);
        };
    }

    /// The worlds, and what each knows.
    void list(Exchange exchange) {
        ObjectNode list = node().put("object", "list");
        ArrayNode data = list.putArray("data");
        for (String name : worlds.names()) {
            World world = worlds.named(name).world();
            Book book = world.book(World.RGB);
            ObjectNode one = data.addObject().put("id", name).put("object", "world");
            one.put("frames", world.frames());
            one.put("rows", book.type().rows()).put("columns", book.type().columns());
            one.put("patch", book.side());
            one.put("reach", Poke.reach(world.book(World.FLOW)));
            ArrayNode knows = one.putArray("knows");
            for (Field field : world.layout().fields()) {
                knows.add(field.type().name() + field.moment());
            }
        }
        exchange.json(200, list);
    }

    /// What is shown: its frames.
    private static ObjectNode scene(WorldFields asked) {
        World world = asked.open().world();
        ObjectNode answer = node();
        ArrayNode frames = answer.putArray("frames");
        for (int t = 0; t < world.frames(); t++) {
            Moment.Frame at = new Moment.Frame(t);
            if (!world.elements(asked.shown(), World.RGB, at).isEmpty()) {
                frames.add(raster(world.raster(asked.shown(), World.RGB, at)));
            }
        }
        return answer;
    }

    private static ObjectNode ask(WorldFields asked) {
        World world = asked.open().world();
        double temperature = asked.fields().number("temperature", 0, 100).orElse(1);
        Inquiry inquiry =
                new Inquiry(
                        world,
                        Prompt.parse(asked.prompt(), world.layout()),
                        asked.shown(),
                        Map.of(),
                        Sampling.PLAIN.withTemperature(temperature),
                        asked.seed());
        Inquiry.Outcome outcome = inquiry.run();
        ObjectNode answer = node().put("prompt", inquiry.prompt().toString());
        ObjectNode items = answer.putObject("items");
        for (Prompt.Item item : inquiry.prompt().wanted()) {
            items.set(
                    item.type() + item.moment(),
                    raster(world.raster(outcome.canvas(), item.type(), item.moment())));
        }
        ArrayNode written = answer.putArray("written");
        for (Filled.Written each : outcome.written()) {
            ObjectNode one = written.addObject();
            one.put("address", each.element().address().toString());
            ArrayNode codes = one.putArray("codes");
            each.element().codes().stream().forEach(codes::add);
            one.put(
                    "log_probability",
                    each.logProbabilities().stream().mapToDouble(Double::doubleValue).sum());
        }
        ArrayNode ways = answer.putArray("drawn");
        outcome.ways().forEach(ways::add);
        answer.put("exact", outcome.exact()).put("seed", outcome.seed());
        return cost(answer, outcome.cost());
    }

    private static ObjectNode flow(WorldFields asked) {
        World world = asked.open().world();
        int masks = asked.fields().whole("masks", 1, MOST_MASKS).orElse(Tracing.DEFAULT.masks());
        double reveal = asked.fields().number("reveal", 0, 0.99).orElse(Tracing.DEFAULT.reveal());
        List<Cell> named = asked.points();
        List<Address> points =
                named.isEmpty()
                        ? world.cells(World.RGB, FIRST)
                        : named.stream()
                                .map(at -> new Address(World.RGB, FIRST, at.y(), at.x()))
                                .toList();
        OptionalInt reach = asked.fields().whole("reach", 0, MOST_REACH);
        Tracing tracing = Tracing.DEFAULT.revealing(masks, reveal).withSeed(asked.seed());
        Tracing.Traces traces =
                (reach.isPresent() ? tracing.reaching(reach.getAsInt()) : tracing)
                        .trace(world, asked.frames(2), points);
        ObjectNode answer = node();
        ArrayNode list = answer.putArray("traces");
        int side = world.book(World.RGB).side();
        for (Tracing.Trace trace : traces.traces()) {
            ObjectNode one = list.addObject();
            one.putArray("from").add(trace.from().y()).add(trace.from().x());
            one.putArray("to").add(trace.to().y()).add(trace.to().x());
            one.putArray("motion")
                    .add((trace.to().x() - trace.from().x()) * side)
                    .add((trace.to().y() - trace.from().y()) * side);
            one.put("evidence", trace.evidence()).put("visible", trace.visible());
            if (!named.isEmpty()) {
                one.set("response", raster(trace.map()));
            }
        }
        return cost(answer, traces.cost());
    }

    private static ObjectNode motion(WorldFields asked) {
        return answer(Motion.of(asked.open().world(), asked.frames(1).elements()));
    }

    private static ObjectNode answer(Motion motion) {
        ObjectNode answer = node();
        answer.set("probability", raster(motion.probability()));
        answer.set("motion", raster(motion.expected()));
        return answer;
    }

    /// What a push brings about: how everything is expected to move, and a frame 1 that follows.
    private static ObjectNode poke(WorldFields asked) {
        World world = asked.open().world();
        double[] by = asked.motion();
        Poke poke = new Poke(asked.point(), by[0], by[1]);
        int steps = asked.fields().whole("steps", 0, Integer.MAX_VALUE).orElse(STEPS);
        Canvas frame = asked.frames(1);
        ObjectNode answer = answer(poke.motion(world, frame));
        Canvas next = poke.next(world, frame, steps, asked.seed());
        answer.set("next", raster(world.raster(next, World.RGB, SECOND)));
        return answer.put("steps", steps).put("seed", asked.seed());
    }

    /// The segment of a patch; without one, those of all objects that are found.
    private static ObjectNode segment(WorldFields asked) {
        World world = asked.open().world();
        Segments how = Segments.of(world, asked.fields().whole("pokes", 1, MOST_POKES).orElse(8));
        Canvas frame = asked.frames(1);
        List<Segments.Segment> found =
                asked.hasPoint()
                        ? List.of(how.segment(world, frame, asked.point()))
                        : how.objects(world, frame, 8, 0.5);
        ObjectNode answer = node();
        ArrayNode list = answer.putArray("segments");
        for (Segments.Segment segment : found) {
            ObjectNode one = list.addObject().put("patches", segment.mask().count());
            one.set("mask", raster(segment.mask().raster()));
            one.set("score", raster(segment.score()));
        }
        return answer;
    }

    private static ObjectNode depth(WorldFields asked) {
        World world = asked.open().world();
        ObjectNode answer = node();
        answer.set("depth", raster(Depth.of(world, asked.frames(1), Depth.moves(world))));
        return answer;
    }

    /// Frame 1, where what belongs to a patch has moved.
    private static ObjectNode edit(WorldFields asked) {
        World world = asked.open().world();
        Canvas frame = asked.frames(1);
        Mask segment = Segments.of(world, 8).segment(world, frame, asked.point()).mask();
        double[] by = asked.motion();
        double turn = asked.fields().number("turn", -360, 360).orElse(0);
        // at depth 1 and focal length 1, what moves by a pixel is seen to do so
        Pose pose = new Pose(Pose.rotateZ(turn).rotation(), List.of(by[0], by[1], 0.0));
        Raster flat = Raster.of(segment.rows(), segment.columns(), 1, (_, _, _) -> 1);
        Raster motion = Edit.motion(segment, flat, pose, 1, world.book(World.RGB).side());
        Filled filled = Edit.OBJECT.withSeed(asked.seed()).paint(world, frame, motion);
        ObjectNode answer = node();
        answer.set("mask", raster(segment.raster()));
        answer.set("motion", raster(motion));
        answer.set("next", raster(world.raster(filled.canvas(), World.RGB, SECOND)));
        return cost(answer, filled.ledger());
    }

    private static ObjectNode entropy(WorldFields asked) {
        OpenWorld open = asked.open();
        Inquiry inquiry = Inquiry.of(open.world(), asked.prompt(), asked.shown(), asked.seed());
        ObjectNode answer = node().put("prompt", inquiry.prompt().toString());
        ObjectNode items = answer.putObject("items");
        for (Prompt.Item item : inquiry.prompt().wanted()) {
            Uncertainty of =
                    Uncertainty.of(open.world(), inquiry.given(), item.type(), item.moment());
            ObjectNode one = items.putObject(item.type() + item.moment());
            one.set("entropy", raster(of.entropy()));
            one.set("varentropy", raster(of.varentropy()));
        }
        return answer;
    }

    private static ObjectNode cost(ObjectNode answer, Ledger.Entry cost) {
        return answer.put("passes", cost.forwards()).put("rows", cost.rows());
    }

    static ObjectNode raster(Raster raster) {
        ObjectNode node = node();
        node.put("rows", raster.rows()).put("columns", raster.columns());
        node.put("channels", raster.channels());
        ArrayNode values = node.putArray("values");
        for (int y = 0; y < raster.rows(); y++) {
            for (int x = 0; x < raster.columns(); x++) {
                for (float value : raster.cell(y, x)) {
                    if (Float.isFinite(value)) {
                        values.add(value);
                    } else {
                        values.addNull();
                    }
                }
            }
        }
        return node;
    }

    private static ObjectNode node() {
        return JsonNodeFactory.instance.objectNode();
    }
}
