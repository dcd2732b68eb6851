"""The networks of the course in PyTorch, by the name of their script, and how PyTorch would train them.

The same layers; the starting weights are PyTorch's. A recurrent layer of `torch.nn` has two biases where Keras's has
one (Keras's GRU has two as well).
"""

import math

import torch
from torch import nn


def conv(inputs, outputs, size, stride=1, bias=True):
    return nn.Conv2d(inputs, outputs, size, stride, padding=size // 2, bias=bias)


def conv_bn_relu(inputs, outputs, size=3, stride=1, bias=True):
    return [conv(inputs, outputs, size, stride, bias), nn.BatchNorm2d(outputs), nn.ReLU()]


def dense_softmax(inputs):  # the losses of torch take logits, so the softmax is in the loss
    return nn.Linear(inputs, 10)


class Inception(nn.Module):
    def __init__(self, inputs, filters, stride=1):
        super().__init__()
        one = [conv_bn_relu(inputs, filters, 1, stride) for _ in range(4)]
        self.branches = nn.ModuleList(
            [
                nn.Sequential(*one[0]),
                nn.Sequential(*one[1], *conv_bn_relu(filters, filters, 3)),
                nn.Sequential(*one[2], *conv_bn_relu(filters, filters, 5)),
                nn.Sequential(nn.MaxPool2d(3, 1, padding=1), *one[3]),
            ]
        )

    def forward(self, x):
        return torch.cat([branch(x) for branch in self.branches], dim=1)


class Residual(nn.Module):
    def __init__(self, inputs, filters, stride=1):
        super().__init__()
        steps = [*conv_bn_relu(inputs, filters, 3, stride, bias=False), conv(filters, filters, 3, bias=False)]
        self.steps = nn.Sequential(*steps, nn.BatchNorm2d(filters))
        self.down = nn.Identity()
        if stride > 1:
            self.down = nn.Sequential(conv(inputs, filters, 1, stride, bias=False), nn.BatchNorm2d(filters))

    def forward(self, x):
        return torch.relu(self.steps(x) + self.down(x))


class Recurrent(nn.Module):
    """Recurrent layers, each with dropout behind it, and a dense layer on the last time step."""

    def __init__(self, kind, *sizes, outputs, dropout=0.0, embedding=None):
        super().__init__()
        self.embedding = embedding or nn.Identity()
        self.layers = nn.ModuleList(kind(a, b, batch_first=True) for a, b in zip(sizes, sizes[1:], strict=False))
        self.dropout = nn.Dropout(dropout)
        self.dense = nn.Linear(sizes[-1], outputs)

    def forward(self, x):
        x = self.embedding(x)
        for layer in self.layers:
            x = self.dropout(layer(x)[0])
        return self.dense(x[:, -1])


def mnist():
    return nn.Sequential(nn.Flatten(), nn.Linear(784, 128), nn.ReLU(), dense_softmax(128))


def baseline():
    first = [*conv_bn_relu(3, 6, 5), nn.MaxPool2d(2), nn.Dropout(0.2), nn.Flatten()]
    return nn.Sequential(*first, nn.Linear(1536, 128), nn.ReLU(), nn.Dropout(0.2), dense_softmax(128))


def lenet5():
    first = [nn.Conv2d(3, 6, 5), nn.Sigmoid(), nn.MaxPool2d(2), nn.Conv2d(6, 16, 5), nn.Sigmoid(), nn.MaxPool2d(2)]
    dense = [nn.Flatten(), nn.Linear(400, 120), nn.Sigmoid(), nn.Linear(120, 84), nn.Sigmoid(), dense_softmax(84)]
    return nn.Sequential(*first, *dense)


def alexnet8():
    pool = nn.MaxPool2d(3, 2)
    first = [nn.Conv2d(3, 96, 3), nn.BatchNorm2d(96), nn.ReLU(), pool]
    second = [nn.Conv2d(96, 256, 3), nn.BatchNorm2d(256), nn.ReLU(), pool]
    third = [conv(256, 384, 3), nn.ReLU(), conv(384, 384, 3), nn.ReLU(), conv(384, 256, 3), nn.ReLU(), pool]
    dense = [nn.Flatten(), nn.Linear(1024, 2048), nn.ReLU(), nn.Dropout(0.5)]
    dense += [nn.Linear(2048, 2048), nn.ReLU(), nn.Dropout(0.5), dense_softmax(2048)]
    return nn.Sequential(*first, *second, *third, *dense)


def vgg16():
    steps, inputs = [], 3
    for filters, convolutions in ((64, 2), (128, 2), (256, 3), (512, 3), (512, 3)):
        for _ in range(convolutions):
            steps += conv_bn_relu(inputs, filters)
            inputs = filters
        steps += [nn.MaxPool2d(2), nn.Dropout(0.2)]
    for _ in range(2):
        steps += [nn.Linear(512, 512), nn.ReLU(), nn.Dropout(0.2)]
    return nn.Sequential(*steps[:-6], nn.Flatten(), *steps[-6:], dense_softmax(512))


def inception10():
    blocks = [Inception(16, 16, 2), Inception(64, 16), Inception(64, 32, 2), Inception(128, 32)]
    return nn.Sequential(*conv_bn_relu(3, 16), *blocks, nn.AdaptiveAvgPool2d(1), nn.Flatten(), dense_softmax(128))


def resnet18():
    steps, inputs = conv_bn_relu(3, 64, bias=False), 64
    for filters in (64, 128, 256, 512):
        steps += [Residual(inputs, filters, 1 if filters == 64 else 2), Residual(filters, filters)]
        inputs = filters
    return nn.Sequential(*steps, nn.AdaptiveAvgPool2d(1), nn.Flatten(), dense_softmax(512))


NETWORKS = {
    "p08_iris_sequential": lambda: nn.Linear(4, 3),
    "p11_iris_class": lambda: nn.Linear(4, 3),
    "p14_mnist_sequential": mnist,
    "p15_mnist_class": mnist,
    "p27_cifar10_baseline": baseline,
    "p31_cifar10_lenet5": lenet5,
    "p34_cifar10_alexnet8": alexnet8,
    "p36_cifar10_vgg16": vgg16,
    "p40_cifar10_inception10": inception10,
    "p46_cifar10_resnet18": resnet18,
    "p15_rnn_onehot_1pre1": lambda: Recurrent(nn.RNN, 5, 3, outputs=5),
    "p21_rnn_onehot_4pre1": lambda: Recurrent(nn.RNN, 5, 3, outputs=5),
    "p27_rnn_embedding_1pre1": lambda: Recurrent(nn.RNN, 2, 3, outputs=5, embedding=nn.Embedding(5, 2)),
    "p32_rnn_embedding_4pre1": lambda: Recurrent(nn.RNN, 2, 10, outputs=26, embedding=nn.Embedding(26, 2)),
    "p38_rnn_stock": lambda: Recurrent(nn.RNN, 1, 80, 100, outputs=1, dropout=0.2),
    "p47_lstm_stock": lambda: Recurrent(nn.LSTM, 1, 80, 100, outputs=1, dropout=0.2),
    "p56_gru_stock": lambda: Recurrent(nn.GRU, 1, 80, 100, outputs=1, dropout=0.2),
}


def biases(network):
    """How many biases `network` has that Keras's has not: the second ones of RNN and LSTM."""
    return sum(layer.bias_hh_l0.numel() for layer in network.modules() if isinstance(layer, (nn.RNN, nn.LSTM)))


def optimizer_like(keras_optimizer, parameters):
    rate = float(keras_optimizer.learning_rate)
    if type(keras_optimizer).__name__ == "SGD":
        return torch.optim.SGD(parameters, rate)
    return torch.optim.Adam(parameters, rate, eps=1e-7)


def trainer(script, model, train, opt, validation_data=None, validation_freq=1):
    """A function that trains the network of `script` for some epochs of some batches, and calls `epoch_ends` each time.

    `model` is Keras's, compiled; `train` and `validation_data` are its arrays. Batches are rows of one tensor, picked
    by a shuffled index, which is faster than a `DataLoader` on data that fits into memory.
    """
    network = NETWORKS[script]()
    own = sum(parameter.numel() for parameter in network.parameters()) - biases(network)
    theirs = sum(math.prod(variable.shape) for variable in model.trainable_variables)
    assert own == theirs, f"{script}: {own} parameters in PyTorch, {theirs} in Keras"
    whole_numbers = train[1].dtype.kind in "iu"
    loss_of = nn.CrossEntropyLoss() if whole_numbers else nn.MSELoss()
    optimizer = optimizer_like(model.optimizer, network.parameters())
    last = list(network.modules())[-1]
    decayed = [last.weight] if any(getattr(layer, "kernel_regularizer", None) for layer in model.layers) else []

    def tensors(x, y):
        x, y = torch.as_tensor(x), torch.as_tensor(y)
        x = x.permute(0, 3, 1, 2).contiguous() if x.ndim == 4 else x
        return (x.float() if x.is_floating_point() else x.long()), (y.long().flatten() if whole_numbers else y.float())

    (x, y), tested = tensors(*train), tensors(*validation_data) if validation_data else None
    mixed = torch.autocast("cpu", torch.bfloat16, enabled=getattr(opt, "precision", "float32") == "mixed_bfloat16")

    def run(epochs, steps, epoch_ends):
        for epoch in range(epochs):
            network.train()
            order = torch.randperm(len(x))[: steps * opt.batch_size]
            total, right = torch.zeros(()), torch.zeros(())
            for rows in order.split(opt.batch_size):
                labels = y[rows]
                with mixed:
                    outputs = network(x[rows])
                    loss = loss_of(outputs.float(), labels)
                    for weight in decayed:
                        loss = loss + 0.01 * weight.square().sum()
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
                with torch.no_grad():  # the numbers of the epoch's line, as Keras adds them up
                    total += loss.detach()
                    if whole_numbers:
                        right += (outputs.argmax(1) == labels).sum()
            if tested and (epoch + 1) % validation_freq == 0:
                network.eval()
                with torch.no_grad():
                    loss_of(network(tested[0]).float(), tested[1])
            epoch_ends()

    return run
