package org.cumae.train.picture;

import org.bytedeco.pytorch.Generator;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.cumae.flow.Diffusion;
import org.cumae.flow.Solver;
import org.cumae.net.Ways;
import org.cumae.torch.Ops;

import java.util.stream.IntStream;

/// Values behind steps of the diffusion that [Solver.Ancestral] walks back, from which is learned
/// how wide the noise of those steps is.
///
/// What is learned from is how far the law of a step back that is said is from the one that there
/// is where the value is known: of two normal laws whose variances are `left * exp(wide * room)`
/// and `left`, and whose means are apart by what the velocity misses ([Diffusion#shift]). That is
/// least at the width of what comes before a step with the value unknown. The velocity is taken as
/// it is said: widths do not pull at it.
///
/// In MAR's code the divergence of one step, drawn of the 1,000, is added in bits to the square of
/// what is missed, once: a thousandth of the bound of all steps. (The factor of steps / 1,000 that
/// improved diffusion has is 1 for 1,000 steps.) So weighed, a width is learned as fast as the
/// square of its room is large, which falls from 0.56 to 0.00001 within half of the steps: of
/// values of a normal law late steps were said to be wide by 1.2 to 1.6 after 300 steps of
/// training, where 0.1 to 0.5 is best. Here divergences are divided by that square, which makes of
/// each about a quarter of the square by which a width misses the best one, and after the same 300
/// steps no width was off by more than 0.18, of ten models (of the law of `DrawnValuesTest`). What
/// is best at a step stays what it is, whatever the weight of the step; and velocities of that law
/// were missed no more than without widths: by 0.473 to 0.477 and 0.473 to 0.476, or in squares by
/// 0.4222 to 0.4228 and 0.4225 to 0.4232.
///
/// The first step, of which the bound has a likelihood in shades of pixels, is not drawn: real
/// vectors have no shades, and no noise is added there.
///
/// @param way the values on the straight way, at the times of their steps
/// @param room see [Diffusion#room], of each value, `[values, 1]`
/// @param shift see [Diffusion#shift], same
/// @see <a href="https://arxiv.org/abs/2102.09672">Nichol and Dhariwal 2021, section 3.1</a>
/// @see <a href="https://arxiv.org/abs/2406.11838">Li et al. 2024, MAR</a>
record WayBack(Way way, Tensor room, Tensor shift) {
    private static final Diffusion ALL = Solver.Ancestral.ALL;

    /// With noise that is drawn.
    ///
    /// @param values `[values, width]`
    /// @param steps of each, `[values]`
    static WayBack of(Tensor values, int[] steps, Generator drawing) {
        double[] room = IntStream.of(steps).mapToDouble(ALL::room).toArray();
        double[] shift = IntStream.of(steps).mapToDouble(ALL::shift).toArray();
        return new WayBack(
                Way.of(values, times(steps), drawing),
                Tensor.create(room, steps.length, 1),
                Tensor.create(shift, steps.length, 1));
    }

    /// Steps but for the first, each as likely.
    static int[] steps(int count, Generator drawing) {
        float[] shares = Ops.floats(Way.uniform(drawing, count)); // in [0, 1)
        return IntStream.range(0, count)
                .map(i -> 1 + (int) (shares[i] * (ALL.steps() - 1.0)))
                .toArray();
    }

    /// The step of each value.
    ///
    /// @param steps of parts
    /// @param part of each value
    static int[] each(int[] steps, int... part) {
        return IntStream.of(part).map(i -> steps[i]).toArray();
    }

    /// The times of steps.
    static float[] times(int... steps) {
        float[] times = new float[steps.length];
        for (int i = 0; i < times.length; i++) {
            times[i] = (float) ALL.time(steps[i]);
        }
        return times;
    }

    /// By how much more widths are missed than if all were a half, as a fresh model's are, added
    /// up, as a mean over the numbers of a value. Less than 0 where they are better.
    ///
    /// @param said of the values, with widths
    Tensor missed(Ways said) {
        Tensor widths = said.widths().orElseThrow().to(ScalarType.Double); // [values, width]
        Tensor off = said.velocities().detach().sub(way.velocity()).square();
        Tensor apart = off.to(ScalarType.Double).mul(shift).add(Ops.scalar(1)); // same
        Tensor wider = widths.mul(room); // same, nats
        Tensor half = room.div(Ops.scalar(2));
        Tensor more = torch.exp(wider.neg()).sub(torch.exp(half.neg())).mul(apart);
        Tensor twice = wider.sub(half).add(more).div(room.square());
        return twice.sum().div(Ops.scalar(2.0 * way.velocity().size(1))).to(ScalarType.Float);
    }
}
