package org.cumae.cli;

import picocli.CommandLine.Command;

/// `cumae bench`: figures beside what a user would otherwise use, in one run.
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        description = "Measure speed beside the peers that users know, in one run.",
        subcommands = {
            BenchDecodeCommand.class,
            BenchDecodersCommand.class,
            BenchPicturesCommand.class,
            BenchServeCommand.class,
            BenchProfileCommand.class,
            BenchScaleCommand.class,
            BenchSpeculativeCommand.class,
            BenchTrainCommand.class
        },
        footer = {
            "",
            "Examples:",
            "  ./cumae bench decode --model model.gguf --threads 2",
            "  ./cumae bench serve --model model.gguf --load 0.8"
        })
final class BenchCommand {}
