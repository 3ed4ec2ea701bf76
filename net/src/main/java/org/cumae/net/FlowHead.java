package org.cumae.net;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.cumae.torch.Device;
import org.cumae.torch.Ops;

import java.util.List;
import java.util.Optional;

/// Blocks by themselves through which values go on their way out of noise: each is modulated by its
/// time and by what it is told.
///
/// @param values from vectors to `width`
/// @param told from what the model's blocks make to what modulates, `[width, width]`
/// @param norm behind the blocks
/// @param last to what scales and shifts behind that, `[2 width, width]`
/// @param output to velocities, and to widths of noise where they are learned; nothing at first
/// @param pivots where rows of the model's blocks stand on several grids
/// @see <a href="https://arxiv.org/abs/2412.15205">Ren et al. 2024, FlowAR</a>
record FlowHead(
        FlowShape shape,
        Linear values,
        Times times,
        Linear told,
        List<Block> blocks,
        Norm norm,
        Linear last,
        Linear output,
        Optional<Pivots> pivots)
        implements Flow {
    /// What the output reads of values.
    ///
    /// @param rows which, one part after the other
    /// @param rotation of their positions
    /// @return `[tokens, width]`
    Tensor read(
            FlowRows rows, Device device, Optional<Rotation> rotation, Optional<Dropout> dropout) {
        int tokens = Math.toIntExact(rows.values().size(0));
        Parts parts = Parts.of(device, rows.lengths());
        Tensor what = told.forward(rows.told(), Gate.CLOSED); // [tokens, width]
        Tensor conditions =
                torch.silu(
                        timesOf(rows, device)
                                .add(
                                        shape.told() == FlowShape.Told.EACH
                                                ? what
                                                : parts.means(what)));
        Sight sight =
                shape.reach() == FlowShape.Reach.TOGETHER
                        ? parts
                        : new Batch(tokens, 1, Optional.empty());
        Pass pass =
                new Pass(
                        sight,
                        Gate.CLOSED,
                        rotation,
                        dropout,
                        Optional.of(Modulation.Conditions.each(conditions)),
                        Rounding.FREE);
        Tensor x = values.forward(rows.values(), Gate.CLOSED); // [tokens, width]
        for (Block block : blocks) {
            x = block.forward(x, pass); // same
        }
        Tensor both = last.forward(conditions, Gate.CLOSED); // [tokens, 2 width]
        long width = both.size(1) / 2;
        List<Tensor> by = Ops.split(both, 1, width, width);
        return norm.forward(x).mul(by.getFirst().add(Ops.scalar(1))).add(by.getLast());
    }

    /// One vector a part, `[tokens, width]`.
    private Tensor timesOf(FlowRows rows, Device device) {
        int[] part = new int[Math.toIntExact(rows.values().size(0))];
        int row = 0;
        for (int i = 0; i < rows.lengths().length; i++) {
            for (int j = 0; j < rows.lengths()[i]; j++) {
                part[row++] = i;
            }
        }
        return times.of(device, rows.times()).index_select(0, device.ids(part));
    }
}
