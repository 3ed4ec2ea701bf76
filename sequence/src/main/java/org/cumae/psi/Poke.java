package org.cumae.psi;

import org.cumae.Check;
import org.cumae.canvas.Address;
import org.cumae.canvas.Canvas;
import org.cumae.canvas.Element;
import org.cumae.canvas.Moment;
import org.cumae.canvas.Span;
import org.cumae.distribution.KeyedChance;
import org.cumae.distribution.Sampling;
import org.cumae.model.Tokens;
import org.cumae.noise.Noise;
import org.cumae.order.Order;

import java.util.ArrayList;
import java.util.List;

/// A push: a patch of frame 0 moves to frame 1 as told, the corners of the frame and the camera do
/// not, and of all else is asked how it does.
///
/// @param at the patch
/// @param x pixels to the right
/// @param y pixels down
public record Poke(Cell at, double x, double y) {
    static final Moment.Frame FIRST = new Moment.Frame(0);
    static final Moment.Pair NEXT = new Moment.Pair(0, 1);

    private static final double SLACK = 0.5; // pixels beyond the largest motion that has a code

    /// What it brings about.
    ///
    /// @param world whom to ask; it must know motion
    /// @param seen frame 0
    /// @throws IllegalArgumentException if the patch is outside the frame, or the push is farther
    ///   than any motion that has a code
    public Motion motion(World world, Canvas seen) {
        world.layout().field(new Address(World.RGB, FIRST, at.y(), at.x()));
        return world.ask(
                belief ->
                        Motion.of(
                                world,
                                belief.observe(world.whole(seen, World.RGB, FIRST))
                                        .observe(told(world)),
                                NEXT));
    }

    /// Frame 1 after the push: first the motion of everything is drawn, then what it looks like, of
    /// both some patches one after the other and the rest at once.
    ///
    /// @param world whom to ask; it must know motion
    /// @param seen frame 0
    /// @param steps how many patches one after the other
    /// @param seed of the orders and the draws
    /// @return what is known then, frame 1 among it
    public Canvas next(World world, Canvas seen, int steps, long seed) {
        return world.ask(
                belief -> {
                    belief.observe(world.whole(seen, World.RGB, FIRST)).observe(told(world));
                    draw(belief, world.cells(World.FLOW, NEXT), steps, Noise.of(seed, 0));
                    draw(
                            belief,
                            world.cells(World.RGB, new Moment.Frame(1)),
                            steps,
                            Noise.of(seed, 1));
                    return belief.known().copy();
                });
    }

    private static void draw(Belief belief, List<Address> cells, int steps, Noise noise) {
        List<Address> open = belief.known().unknown(cells);
        belief.write(
                open,
                Order.random(open.size(), noise.at(0)).thenTogether(steps),
                (_, _) -> Sampling.PLAIN,
                new KeyedChance(noise.at(1)));
    }

    /// What is told: the corners and the camera stand still, then the push itself.
    List<Element> told(World world) {
        List<Element> told = new ArrayList<>(still(world));
        Address own = new Address(World.FLOW, NEXT, at.y(), at.x());
        told.removeIf(element -> element.address().equals(own));
        told.add(new Element(own, code(world, x, y)));
        return told;
    }

    /// The camera and the corners of the frame stand still.
    ///
    /// @param world whose; it must know motion
    public static List<Element> still(World world) {
        List<Element> still = new ArrayList<>();
        if (world.has(World.CAMERA, NEXT)) {
            Book camera = world.book(World.CAMERA);
            float[] none = new float[camera.side() * camera.side() * camera.channels()];
            still.add(new Element(new Address(World.CAMERA, NEXT, 0, 0), camera.codes(none)));
        }
        Book flow = world.book(World.FLOW);
        for (int corner = 0; corner < 4; corner++) {
            int row = corner < 2 ? 0 : flow.type().rows() - 1;
            int column = corner % 2 == 0 ? 0 : flow.type().columns() - 1;
            still.add(new Element(new Address(World.FLOW, NEXT, row, column), code(world, 0, 0)));
        }
        return still;
    }

    /// The code whose motion is nearest.
    ///
    /// @throws IllegalArgumentException if it is farther than any that has a code
    static Tokens code(World world, double x, double y) {
        Book flow = world.book(World.FLOW);
        double reach = reach(flow);
        Check.argument(
                Math.max(Math.abs(x), Math.abs(y)) <= reach + SLACK,
                "a motion of (%.2f, %.2f) pixels; world %s knows motion up to %.2f, move it less",
                x,
                y,
                world.name(),
                reach);
        float[] patch = new float[flow.side() * flow.side() * flow.channels()];
        for (int i = 0; i < patch.length; i += 2) {
            patch[i] = (float) x;
            patch[i + 1] = (float) y;
        }
        return flow.codes(patch);
    }

    /// The largest component of any motion that has a code, in pixels: how far a push can go.
    ///
    /// @param flow the book of the world's motion
    public static double reach(Book flow) {
        Span codes = flow.type().codes().getFirst();
        double reach = 0;
        for (int code = codes.from(); code < codes.to(); code++) {
            double[] vector = flow.mean(Tokens.of(code));
            reach = Math.max(reach, Math.max(Math.abs(vector[0]), Math.abs(vector[1])));
        }
        return reach;
    }
}
