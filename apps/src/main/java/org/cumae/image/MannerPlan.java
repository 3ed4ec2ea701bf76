package org.cumae.image;

import com.fasterxml.jackson.annotation.JsonProperty;

import org.cumae.Check;
import org.cumae.flow.Solver;
import org.cumae.noise.Noise;
import org.cumae.order.Order;
import org.cumae.picture.Cells;
import org.cumae.picture.CodeManner;
import org.cumae.picture.CodeMasks;
import org.cumae.picture.EmergingCode;
import org.cumae.picture.GridCode;
import org.cumae.picture.Guidance;
import org.cumae.picture.Latent;
import org.cumae.picture.Line;
import org.cumae.picture.Manner;
import org.cumae.picture.PictureUnit;
import org.cumae.picture.PyramidCode;
import org.cumae.picture.ScaleSight;
import org.cumae.picture.Scales;

import java.util.Optional;
import java.util.stream.IntStream;

/// How pictures are drawn.
///
/// @param order raster, rings, scales, squares, masks or line
/// @param mixture of rings: which neighbours say a cell; both
/// @param past of scales: which coarser ones are seen; all
/// @param window of scales: the side of the window in a row's own scale; 0 for all of it
/// @param windowFrom of scales: from which side on there is a window; 0
/// @param flow of real vectors: how they come out of noise
/// @param course of guidance: the same in every step, or growing; constant for raster and rings,
///   growing for masks and lines
/// @param direction of lines; forward
/// @param reveals of masks of codes: in how many steps they are drawn; 10, or as many as there are
///   cells
/// @param choice of masks of codes: the temperature at which guesses are chosen to stay, at the
///   begin; 4.5
public record MannerPlan(
        @JsonProperty(required = true) Kind order,
        Optional<Cells.Mixture> mixture,
        Optional<ScaleSight.Past> past,
        Optional<Integer> window,
        Optional<Integer> windowFrom,
        Optional<FlowPlan> flow,
        Optional<Course> course,
        Optional<Direction> direction,
        Optional<Integer> reveals,
        Optional<Double> choice) {
    private static final int REVEALS = 10;
    private static final double CHOICE = 4.5; // as MaskGIT's
    private static final double GUIDED_FROM = 0.9; // as FlowAR's small models
    private static final double LINE_FROM = 1.1; // where guidance of a line begins, as D-AR's

    /// Orders of drawing.
    public enum Kind {
        /// Row by row.
        RASTER,
        /// Ring after ring around a corner.
        RINGS,
        /// Scale after scale.
        SCALES,
        /// Square after square of patches.
        SQUARES,
        /// Few patches at first and many at last: real vectors in an order by chance, codes by how
        /// sure they are.
        MASKS,
        /// Code after code, as a text is written.
        LINE
    }

    /// From which code of a line to which.
    public enum Direction {
        /// From the first to the last.
        FORWARD,
        /// From the last to the first.
        BACKWARD,
        /// In an order by chance, the same for all pictures.
        SHUFFLED;

        private static final Noise CHANCE = Noise.of(1, 0);

        Order order(int length) {
            return switch (this) {
                case FORWARD -> Order.raster(length);
                case BACKWARD ->
                        Order.given(
                                IntStream.range(0, length).mapToObj(i -> length - 1 - i).toList());
                case SHUFFLED -> Order.random(length, CHANCE);
            };
        }
    }

    /// How guidance goes from step to step.
    public enum Course {
        /// The same in every step.
        CONSTANT,
        /// From none in the first to all of it in the last; of masks by the share that is known, or
        /// of codes by the share of steps.
        LINEAR;

        private Guidance guidance(double strength) {
            return this == CONSTANT
                    ? new Guidance.Constant(strength)
                    : new Guidance.Linear(strength - 1);
        }
    }

    /// Checks that the keys belong to the order.
    public MannerPlan {
        Check.argument(
                order == Kind.RINGS || mixture.isEmpty(),
                "mixture is %s; only rings mix neighbours",
                mixture.map(String::valueOf).orElse(""));
        Check.argument(
                order == Kind.SCALES
                        || (past.isEmpty() && window.isEmpty() && windowFrom.isEmpty()),
                "past and window are of scales; order %s has none",
                order);
        Check.argument(
                order == Kind.LINE || direction.isEmpty(),
                "direction is %s; only lines have one",
                direction.map(String::valueOf).orElse(""));
        Check.argument(
                (order != Kind.SCALES && order != Kind.SQUARES) || course.isEmpty(),
                "guidance of order %s grows, and is not %s; raster, rings, masks and lines may"
                        + " choose",
                order,
                course.map(String::valueOf).orElse(""));
        Check.argument(
                (order == Kind.MASKS && flow.isEmpty()) || (reveals.isEmpty() && choice.isEmpty()),
                "reveals and choice are of masks of codes; order is %s%s",
                order,
                flow.isPresent() ? ", and real vectors have reveals in manner.flow" : "");
    }

    /// An order and nothing special.
    public static MannerPlan of(Kind order) {
        return new MannerPlan(
                order,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    /// The same with another course of guidance.
    public MannerPlan guided(Course other) {
        return new MannerPlan(
                order,
                mixture,
                past,
                window,
                windowFrom,
                flow,
                Optional.of(other),
                direction,
                reveals,
                choice);
    }

    /// The same where masks are drawn in another number of steps.
    public MannerPlan revealing(int steps) {
        return new MannerPlan(
                order,
                mixture,
                past,
                window,
                windowFrom,
                flow.map(values -> values.revealing(steps)),
                course,
                direction,
                flow.isPresent() ? reveals : Optional.of(steps),
                choice);
    }

    /// The same where masks of codes are chosen at another temperature.
    public MannerPlan choosing(double temperature) {
        return new MannerPlan(
                order,
                mixture,
                past,
                window,
                windowFrom,
                flow,
                course,
                direction,
                reveals,
                Optional.of(temperature));
    }

    /// The manner of drawing something.
    ///
    /// @throws IllegalArgumentException if it is of another kind
    public Manner of(PictureUnit unit) {
        return switch (unit) {
            case GridCode grid -> cells(grid);
            case PyramidCode pyramid -> scales(pyramid);
            case EmergingCode emerging -> line(emerging);
            case Latent latent -> flowing().of(latent, order);
        };
    }

    private FlowPlan flowing() {
        return flow.orElseThrow(
                () ->
                        new IllegalArgumentException(
                                "real vectors come out of noise; say how (manner.flow)"));
    }

    /// What brings real vectors out of noise.
    Solver solver() {
        return flowing().solver(order);
    }

    /// The guidance of a strength in the way of this manner.
    ///
    /// @param strength 1 is none
    Guidance guidance(double strength) {
        if (strength == 1) {
            return Guidance.NONE;
        }
        return switch (order) {
            case RASTER, RINGS -> course.orElse(Course.CONSTANT).guidance(strength);
            case SCALES ->
                    flow.isPresent()
                            ? new Guidance.Late(new Guidance.Linear(strength - 1), GUIDED_FROM)
                            : new Guidance.Linear(strength - 1);
            case SQUARES -> new Guidance.Linear(strength - 1);
            case MASKS -> course.orElse(Course.LINEAR).guidance(strength);
            case LINE ->
                    course.orElse(Course.LINEAR) == Course.CONSTANT
                            ? new Guidance.Constant(strength)
                            : new Guidance.Linear(Math.min(LINE_FROM, strength), strength);
        };
    }

    private CodeManner cells(GridCode code) {
        return switch (order) {
            case RASTER -> Cells.raster(code);
            case RINGS -> Cells.rings(code, mixture.orElse(Cells.Mixture.BOTH));
            case MASKS ->
                    new CodeMasks(
                            code,
                            reveals.orElse(Math.min(REVEALS, code.down() * code.across())),
                            choice.orElse(CHOICE));
            case SCALES, SQUARES, LINE ->
                    throw new IllegalArgumentException(
                            "codes of a grid are drawn in raster, in rings or by masks; take order raster,"
                                    + " rings or masks, or unit pyramid");
        };
    }

    private CodeManner line(EmergingCode code) {
        Check.argument(
                order == Kind.LINE,
                "codes in a line are drawn one after the other; order is %s; take line, or another"
                        + " unit",
                order);
        return new Line(code, direction.orElse(Direction.FORWARD).order(code.length()));
    }

    private CodeManner scales(PyramidCode code) {
        Check.argument(
                order == Kind.SCALES,
                "a pyramid is drawn scale by scale; order is %s; take scales, or unit patches",
                order);
        return new Scales(
                code,
                new ScaleSight(
                        past.orElse(ScaleSight.Past.ALL), window.orElse(0), windowFrom.orElse(0)));
    }
}
