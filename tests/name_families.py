"""Names that are hard to tell apart once they are cut."""

PREFIX = "configuration.optimizer.parameters"
FAMILIES = (
    ("layer0_units", "layer1_units", "layer0_dropout", "layer1_dropout", "lr"),
    (f"{PREFIX}.weight_decay.value", f"{PREFIX}.momentum.value", "lr"),
    ("learning_rate_min", "learning_rate_max", "learning_rate_decay"),
    ("myLearningRateInitial", "myLearningRateFinal"),
    (f"{PREFIX}.{'n' * 130}x{'n' * 110}", f"{PREFIX}.{'n' * 130}y{'n' * 110}"),
    ("n" * 150 + "x" + "n" * 149, "n" * 150 + "y" + "n" * 149),
    ("学習率の最大値を決めるための係数その一", "学習率の最大値を決めるための係数その二"),
    ("<script>alert(1)</script>", "<script>alert(2)</script>"),
)
