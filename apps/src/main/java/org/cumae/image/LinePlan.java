package org.cumae.image;

import com.fasterxml.jackson.annotation.JsonProperty;

import org.cumae.flow.GroupTimes;
import org.cumae.net.DiffusionShape;
import org.cumae.psi.Raster;
import org.cumae.unit.picture.DiffusionCode;

import java.util.Optional;

/// What codes in a line are like that are told to pictures on their way out of noise.
///
/// @param length how many codes a picture has
/// @param groups into how many groups they are cut, each told on one step; 8
/// @param beta how much longer the way stays near noise; 2
/// @param rule which part of the way a group is for: centred or forward; centred
/// @param fine the side of a patch on the way out of noise, in pixels; that of patches that are
///   read
/// @param layers how many blocks say which way pictures go; 3
public record LinePlan(
        @JsonProperty(required = true) int length,
        Optional<Integer> groups,
        Optional<Double> beta,
        Optional<GroupTimes.Rule> rule,
        Optional<Integer> fine,
        Optional<Integer> layers) {
    private static final int GROUPS = 8;
    private static final double BETA = 2;
    private static final int LAYERS = 3;

    /// So many codes in so many groups, and nothing special.
    public static LinePlan of(int length, int groups) {
        return new LinePlan(
                length,
                Optional.of(groups),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    /// Codes that know nothing yet.
    ///
    /// @param like a picture
    /// @param patch the side of a patch as pictures are read
    /// @param width of the network's blocks
    /// @param vocabulary how many codes there are
    /// @param numbers of a code's vector
    DiffusionCode fresh(Raster like, int patch, int width, int vocabulary, int numbers, long seed) {
        return DiffusionCode.fresh(
                DiffusionShape.of(
                        like.channels(),
                        like.rows(),
                        like.columns(),
                        patch,
                        fine.orElse(patch),
                        width,
                        layers.orElse(LAYERS),
                        length,
                        numbers),
                vocabulary,
                new GroupTimes(
                        groups.orElse(GROUPS),
                        beta.orElse(BETA),
                        rule.orElse(GroupTimes.Rule.CENTRED)),
                seed);
    }
}
