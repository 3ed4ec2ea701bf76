package org.cumae.train.series;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.cumae.Check;
import org.cumae.series.Series;
import org.cumae.torch.Ops;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// The next segment as a linear map of the values before it, their last one taken off, in closed
/// form: what every learned forecaster of segments has to beat.
///
/// @param map `[context, segment]`, owned
public record RolledLinear(Tensor map) implements Rolling, AutoCloseable {
    private static final double RIDGE = 10;
    private static final int BLOCK = 4096;

    /// Learns from all windows of the first values of all channels.
    ///
    /// @param known how many values of each
    public static RolledLinear fit(Channels channels, int known, int context, int segment) {
        Channels.Windows windows = Channels.Windows.within(0, known, context + segment, 1);
        int count = channels.count(windows);
        try (var _ = new PointerScope();
                var _ = new NoGradGuard()) {
            Tensor products = torch.zeros(context, context).to(ScalarType.Double);
            Tensor right = torch.zeros(context, segment).to(ScalarType.Double);
            for (int from = 0; from < count; from += BLOCK) {
                int[] numbers = IntStream.range(from, Math.min(count, from + BLOCK)).toArray();
                try (var _ = new PointerScope()) {
                    Tensor all = channels.of(windows, numbers);
                    Tensor apart = all.sub(all.narrow(1, context - 1, 1));
                    Tensor before = apart.narrow(1, 0, context).contiguous();
                    Tensor after = apart.narrow(1, context, segment).contiguous();
                    products.add_(before.t().mm(before).to(ScalarType.Double));
                    right.add_(before.t().mm(after).to(ScalarType.Double));
                }
            }
            Tensor ridge = torch.eye(context).to(ScalarType.Double).mul(Ops.scalar(RIDGE));
            Tensor map = Ops.inverse(products.add(ridge)).mm(right).to(ScalarType.Float);
            return new RolledLinear(map.retainReference());
        }
    }

    @Override
    public int context() {
        return Math.toIntExact(map.size(0));
    }

    @Override
    public Tensor roll(Tensor windows, Series clock, int[] starts, int horizon) {
        Check.argument(horizon > 0, "the horizon is %d; it must be 1 or more", horizon);
        long segment = map.size(1);
        Tensor seen = windows;
        List<Tensor> said = new ArrayList<>();
        for (long done = 0; done < horizon; done += segment) {
            Tensor last = seen.narrow(1, seen.size(1) - 1, 1);
            Tensor next = seen.sub(last).mm(map).add(last);
            said.add(next);
            seen = Ops.cat(List.of(seen, next), 1).narrow(1, segment, context()).contiguous();
        }
        return Ops.cat(said, 1).narrow(1, 0, horizon);
    }

    @Override
    public void close() {
        map.close();
    }
}
