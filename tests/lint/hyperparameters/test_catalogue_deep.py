"""Code as people write it with each deep learning framework, through the rule: what is told, what only in strict mode.

A row is the framework, why the case is there, the code, the names told by default, and those told in strict
mode besides.
"""

from __future__ import annotations

from collections import Counter

import pytest

from reproof.config import CheckConfig
from reproof.lint.catalogue.load import framework
from reproof.lint.rule import Tools
from reproof.lint.rules.config.hardcoded_hyperparameter import HardcodedHyperparameter
from reproof.lint.source import open_source

Row = tuple[str, str, str, tuple[str, ...], tuple[str, ...]]


def row(case: str, code: str, flag: str = "", strict: str = "") -> Row:
    name, _, why = case.partition(": ")
    return name, why, code, tuple(flag.split()), tuple(strict.split())


NN = "import torch\nfrom torch import nn, optim\nimport torch.nn.functional as F\n"
SCHED = "from torch.optim.lr_scheduler import OneCycleLR, CosineAnnealingLR, ReduceLROnPlateau\n"
DATA = "from torch.utils.data import DataLoader, random_split, Subset, WeightedRandomSampler\n"
VISION = "from torchvision import transforms, models, ops\n"
LIGHTNING = "import pytorch_lightning as pl\nfrom pytorch_lightning.callbacks import EarlyStopping, ModelCheckpoint\n"
IGNITE = "from ignite.engine import Engine, create_supervised_trainer\nfrom ignite.handlers import EarlyStopping, EMAHandler\n"
KERAS = "import tensorflow as tf\nfrom tensorflow import keras\nfrom tensorflow.keras import layers, optimizers, regularizers\n"
IMAGES = "from keras.preprocessing.image import ImageDataGenerator\n"
TEXT = "from keras.preprocessing.text import Tokenizer\nfrom keras.preprocessing.sequence import pad_sequences\n"
HF = "from transformers import AutoModel, AutoTokenizer, BertConfig, Seq2SeqTrainingArguments, Trainer, TrainingArguments\n"
PEFT = "from peft import LoraConfig, PeftModel, PrefixTuningConfig, get_peft_model\n"
TRL = "from trl import DPOConfig, GRPOConfig, PPOConfig, SFTConfig, SFTTrainer\n"
DIFFUSERS = "from diffusers import DDPMScheduler, DDIMScheduler, StableDiffusionPipeline, UNet2DModel\n"
ST = "from sentence_transformers import SentenceTransformer, losses, models, CrossEncoder\n"
OPTAX = "import optax\n"
FLAX = "import flax.linen as nn\nfrom flax import nnx\n"
AUDIO = "import torchaudio\nfrom torchaudio import transforms as T\n"
TIMM = "import timm\nfrom timm.scheduler import CosineLRScheduler\nfrom timm.data import Mixup, create_transform\n"
ALBUMENTATIONS = "import albumentations as A\n"
TORCHTEXT = "from torchtext import data, vocab\n"

CASES = (
    # torch
    row("torch: a schedule by keyword", NN + SCHED + "OneCycleLR(opt, max_lr=0.1, epochs=10, steps_per_epoch=len(x))", "max_lr epochs"),
    row("torch: a schedule by position", NN + SCHED + "CosineAnnealingLR(opt, 50)", "T_max"),
    row("torch: the mode follows from the metric", NN + SCHED + "ReduceLROnPlateau(opt, 'min', patience=3)", "patience", "mode"),
    row("torch: epsilon and betas", NN + "optim.AdamW(p, lr=lr, betas=(0.9, 0.95), eps=1e-6)", "betas eps"),
    row("torch: smoothing of a loss", NN + "nn.CrossEntropyLoss(label_smoothing=0.1)", "label_smoothing"),
    row("torch: a loss by its name alone", NN + "criterion = nn.CrossEntropyLoss()"),
    row("torch: ignored index and reduction", NN + "nn.CrossEntropyLoss(ignore_index=-1, reduction='sum')"),
    row("torch: margin by position", NN + "nn.TripletMarginLoss(0.5, p=2)", "margin", "p"),
    row("torch: margin of a function", NN + "F.triplet_margin_loss(a, b, c, margin=0.3)", "margin"),
    row("torch: delta of a robust loss", NN + "nn.HuberLoss(delta=0.5)", "delta"),
    row("torch: functional dropout", NN + "F.dropout(x, 0.2, training=self.training)", "dropout"),
    row("torch: dropout among widths", NN + "nn.LSTM(10, 20, 2, dropout=0.3, batch_first=True)", "dropout", "input_size hidden_size num_layers"),
    row("torch: dropout of a recurrent layer by position", NN + "nn.LSTM(n, m, k, True, True, 0.5)", "dropout"),
    row("torch: dropout of a transformer", NN + "nn.TransformerEncoderLayer(512, 8, 2048, 0.1)", "dropout", "d_model nhead dim_feedforward"),
    row("torch: slope of an activation", NN + "nn.LeakyReLU(0.2)", "", "negative_slope"),
    row("torch: axes are no choice", NN + "nn.Softmax(dim=1)\nnn.Flatten(1)"),
    row("torch: clipping by position", NN + "torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)", "max_norm"),
    row("torch: clipping through an accelerator", NN + "accelerator.clip_grad_norm_(model.parameters(), 1.0)", "max_norm"),
    row("torch: the old name of clipping", NN + "torch.nn.utils.clip_grad_norm(model.parameters(), 0.25)", "max_norm"),
    row("torch: lengths of a split", DATA + "random_split(ds, [50000, 10000])", "lengths"),
    row("torch: part of a data set", DATA + "Subset(ds, range(1000))", "indices"),
    row("torch: workers of a loader", DATA + "DataLoader(ds, batch_size=cfg.b, num_workers=8, prefetch_factor=4)"),
    row("torch: a model of the hub", NN + "torch.hub.load('pytorch/vision', 'resnet18')", "pretrained_model"),
    row("torch: reading a file is no hub", NN + "torch.load(path, 'cpu')"),
    row("torch: initial weights", NN + "nn.init.normal_(w, mean=0.0, std=0.02)", "", "mean std"),
    row("torch: pruning", NN + "from torch.nn.utils import prune\nprune.l1_unstructured(m, 'weight', amount=0.3)", "amount"),
    row("torch: averaging", NN + "from torch.optim.swa_utils import SWALR\nSWALR(opt, swa_lr=0.05, anneal_epochs=5)", "swa_lr anneal_epochs"),
    # torchvision
    row("torchvision: crop and its padding", VISION + "transforms.RandomCrop(32, padding=4)", "size padding"),
    row("torchvision: strength of an augmentation", VISION + "transforms.ColorJitter(0.4, 0.4, 0.4, 0.1)", "brightness contrast saturation hue"),
    row("torchvision: chance of an augmentation", VISION + "transforms.RandomHorizontalFlip(p=0.3)", "p"),
    row("torchvision: statistics of a data set", VISION + "transforms.Normalize((0.5,), (0.5,))", "", "mean std"),
    row("torchvision: version 2", "from torchvision.transforms import v2\nv2.Resize((224, 224), antialias=True)\nv2.MixUp(alpha=0.2)", "size alpha"),
    row("torchvision: conversions", VISION + "transforms.Compose([transforms.ToTensor(), transforms.Grayscale(3)])"),
    row("torchvision: functional resize", VISION + "import torchvision.transforms.functional as TF\nTF.resize(img, 256)", "size"),
    row("torchvision: weights by name", VISION + "models.resnet50(weights='IMAGENET1K_V2')", "pretrained_weights"),
    row("torchvision: the old switch", VISION + "models.resnet50(pretrained=True)"),
    row("torchvision: class count", VISION + "models.resnet18(num_classes=10)"),
    row("torchvision: dropout handed on", VISION + "models.vgg16(weights=w, dropout=0.3)", "dropout"),
    row("torchvision: a detector's threshold", VISION + "models.detection.fasterrcnn_resnet50_fpn(weights=w, box_score_thresh=0.9)", "box_score_thresh"),
    row("torchvision: overlap of boxes", VISION + "ops.nms(boxes, scores, 0.5)", "iou_threshold"),
    row("torchvision: an old name", VISION + "transforms.RandomSizedCrop(224)", "size"),
    # lightning
    row("lightning: budget and gradients", LIGHTNING + "pl.Trainer(max_epochs=10, gradient_clip_val=0.5, accumulate_grad_batches=4)", "max_epochs gradient_clip_val accumulate_grad_batches"),
    row("lightning: the machine", LIGHTNING + "pl.Trainer(accelerator='gpu', devices=2, precision='16-mixed', log_every_n_steps=10, num_nodes=1)"),
    row("lightning: how often it validates", LIGHTNING + "pl.Trainer(check_val_every_n_epoch=5, val_check_interval=0.5)", "", "check_val_every_n_epoch val_check_interval"),
    row("lightning: how much it trains on", LIGHTNING + "pl.Trainer(limit_train_batches=0.1)", "limit_train_batches"),
    row("lightning: early stopping", LIGHTNING + "EarlyStopping(monitor='val_loss', patience=5, mode='min')", "patience", "monitor mode"),
    row("lightning: early stopping by position", LIGHTNING + "EarlyStopping('val_loss', 0.01, 7)", "min_delta patience", "monitor"),
    row("lightning: checkpoints", LIGHTNING + "ModelCheckpoint(dirpath=d, save_top_k=3, filename='best')"),
    row("lightning: its newer name", "import lightning as L\nfrom lightning.pytorch.callbacks import StochasticWeightAveraging\nL.Trainer(max_steps=1000)\nStochasticWeightAveraging(swa_lrs=1e-2)", "max_steps swa_lrs"),
    row("lightning: names of older versions", LIGHTNING + "pl.Trainer(max_nb_epochs=5, gpus=1, truncated_bptt_steps=2)", "max_nb_epochs truncated_bptt_steps"),
    row("lightning: from the command line", LIGHTNING + "pl.Trainer(max_epochs=args.epochs)"),
    # ignite
    row("ignite: epochs by keyword", IGNITE + "trainer.run(loader, max_epochs=5)", "max_epochs"),
    row("ignite: epochs by position", IGNITE + "trainer.run(loader, 100)", "max_epochs"),
    row("ignite: epochs from outside", IGNITE + "trainer.run(loader, max_epochs=cfg.epochs)"),
    row("ignite: early stopping", IGNITE + "EarlyStopping(patience=10, score_function=f, trainer=t)", "patience"),
    row("ignite: averaging", IGNITE + "EMAHandler(model, momentum=0.001)", "momentum"),
    row("ignite: a schedule", IGNITE + "from ignite.handlers.param_scheduler import CosineAnnealingScheduler\nCosineAnnealingScheduler(opt, 'lr', 1e-1, 1e-3, len(loader))", "start_value end_value", "param_name"),
    row("ignite: names and devices", IGNITE + "create_supervised_trainer(model, opt, loss, device='cuda')"),
    # Keras and TensorFlow
    row("keras: optimizer by position", KERAS + "optimizers.SGD(0.01, 0.9)", "learning_rate momentum"),
    row("keras: names of older versions", KERAS + "optimizers.Adam(lr=1e-4, decay=1e-6)", "lr decay"),
    row("keras: a schedule", KERAS + "keras.optimizers.schedules.ExponentialDecay(0.1, 1000, 0.96)", "initial_learning_rate decay_steps decay_rate"),
    row("keras: compile by name", KERAS + "model.compile(optimizer='adam', loss='mse', metrics=['mae'])", "optimizer metrics"),
    row("keras: compile by position", KERAS + "model.compile('sgd', 'mse', ['mae'])", "optimizer metrics"),
    row("keras: a compiled pattern", KERAS + "import re\nre.compile('a+')"),
    row("keras: fit by position", KERAS + "model.fit(x, y, 64, 5, 0)", "batch_size epochs"),
    row("keras: fit by keyword", KERAS + "model.fit(x, y, epochs=5, steps_per_epoch=100, verbose=2, shuffle=True)", "epochs steps_per_epoch"),
    row("keras: weights of classes", KERAS + "model.fit(x, y, class_weight={0: 1.0, 1: 5.0})", "class_weight"),
    row("keras: dropout and noise", KERAS + "layers.Dropout(0.5)\nlayers.GaussianNoise(0.1)", "dropout stddev"),
    row("keras: widths and activations", KERAS + "layers.Dense(64, activation='relu')", "", "units activation"),
    row("keras: strength of a regulariser", KERAS + "layers.Dense(units, kernel_regularizer=regularizers.l2(0.01))", "l2"),
    row("keras: a regulariser by name", KERAS + "layers.Dense(units, kernel_regularizer='l2')", "kernel_regularizer"),
    row("keras: slope of an activation", KERAS + "layers.LeakyReLU(alpha=0.2)\nlayers.LeakyReLU(0.1)", "", "alpha negative_slope"),
    row("keras: axes and shapes", KERAS + "layers.Concatenate(axis=1)\nlayers.Reshape((7, 7, 64))\nkeras.Input(shape=(28, 28, 1))"),
    row("keras: momentum of a normalisation", KERAS + "layers.BatchNormalization(momentum=0.8)", "", "momentum"),
    row("keras: preprocessing layers", KERAS + "layers.Resizing(224, 224)\nlayers.RandomRotation(0.2)\nlayers.Rescaling(1./255)", "height width factor", "scale"),
    row("keras: callbacks", KERAS + "keras.callbacks.EarlyStopping(monitor='val_loss', patience=3, restore_best_weights=True)", "patience", "monitor"),
    row("keras: plateau", KERAS + "keras.callbacks.ReduceLROnPlateau(factor=0.2, patience=5, min_lr=1e-5, verbose=1)", "factor patience min_lr"),
    row("keras: augmentation", IMAGES + "ImageDataGenerator(rescale=1./255, rotation_range=40, horizontal_flip=True, fill_mode='nearest')", "rotation_range", "fill_mode"),
    row("keras: images of a folder", IMAGES + "g = ImageDataGenerator()\ng.flow_from_directory(path, target_size=(150, 150), batch_size=20, class_mode='binary')", "target_size batch_size"),
    row("keras: images of a table", IMAGES + "g.flow_from_dataframe(df, x_col='id', y_col='label', target_size=(96, 96))", "x_col y_col target_size"),
    row("keras: sequences", TEXT + "Tokenizer(num_words=10000)\npad_sequences(s, maxlen=100, padding='post')", "num_words maxlen", "padding"),
    row("keras: a data set of images", KERAS + "keras.utils.image_dataset_from_directory(d, image_size=(180, 180), batch_size=32, validation_split=0.2, seed=1)", "image_size batch_size validation_split"),
    row("keras: batches of tf.data", KERAS + "ds.shuffle(1024).batch(32).prefetch(tf.data.AUTOTUNE)", "batch_size", "buffer_size"),
    row("keras: parts of tf.data", KERAS + "ds.take(1000)", "", "count"),
    row("keras: weights of an application", KERAS + "keras.applications.ResNet50(weights='imagenet', include_top=False, input_shape=(224, 224, 3))", "", "weights input_shape"),
    row("keras: vocabulary of a data set", "from keras.datasets import imdb\nimdb.load_data(num_words=20000)", "num_words"),
    row("keras: one picture for a prediction", "from keras.preprocessing import image\nimage.load_img(path, target_size=(224, 224))", "", "target_size"),
    row("keras: TensorFlow 1", "import tensorflow as tf\ntf.train.AdamOptimizer(0.001).minimize(loss)\ntf.nn.dropout(x, keep_prob=0.75)", "learning_rate keep_prob"),
    row("keras: TensorFlow 1 through 2", "import tensorflow.compat.v1 as tf\ntf.train.MomentumOptimizer(0.1, 0.9)\ntf.train.exponential_decay(0.1, step, 1000, 0.96)", "learning_rate momentum learning_rate decay_steps decay_rate"),
    row("keras: gradients and images of TensorFlow", KERAS + "tf.clip_by_global_norm(g, 5.0)\ntf.image.resize(x, [224, 224])\ntf.one_hot(y, 10)\ntf.clip_by_value(x, 0.0, 1.0)", "clip_norm size"),
    row("keras: smoothing of a loss", KERAS + "keras.losses.CategoricalCrossentropy(label_smoothing=0.1)\nkeras.losses.Huber(2.0)", "label_smoothing delta"),
    row("keras: thresholds of metrics", KERAS + "keras.metrics.BinaryAccuracy(threshold=0.7)\nkeras.metrics.AUC(curve='PR')", "threshold", "curve"),
    row("keras: Keras 1", "from keras.layers import Dropout, Convolution2D\nDropout(p=0.25)\nConvolution2D(32, 3, 3)", "dropout", "filters kernel_size strides"),
    # transformers
    row("transformers: training arguments", HF + "TrainingArguments('out', per_device_train_batch_size=8, warmup_ratio=0.1, logging_steps=10, fp16=True)", "per_device_train_batch_size warmup_ratio"),
    row("transformers: the metric that chooses", HF + "Seq2SeqTrainingArguments('out', metric_for_best_model='f1', eval_steps=500, save_steps=500)", "metric_for_best_model", "eval_steps"),
    row("transformers: a pretrained name", HF + "AutoModel.from_pretrained('bert-base-uncased', num_labels=2)", "pretrained_model"),
    row("transformers: a pretrained folder", HF + "AutoModel.from_pretrained('./out/best')"),
    row("transformers: a name from outside", HF + "AutoTokenizer.from_pretrained(cfg.model)"),
    row("transformers: dropout of a pretrained model", HF + "AutoModel.from_pretrained(name, hidden_dropout_prob=0.2)", "hidden_dropout_prob"),
    row("transformers: a model's config", HF + "BertConfig(hidden_size=256, num_hidden_layers=4, hidden_dropout_prob=0.1)", "hidden_dropout_prob", "hidden_size num_hidden_layers"),
    row("transformers: a schedule by position", "from transformers import get_linear_schedule_with_warmup\nget_linear_schedule_with_warmup(opt, 100, total)", "num_warmup_steps"),
    row("transformers: an optimizer of older versions", "from transformers import AdamW\nAdamW(model.parameters(), 5e-5, eps=1e-8)", "lr eps"),
    row("transformers: lengths of tokens", HF + "tokenizer(text, padding='max_length', truncation=True, max_length=128)\ntokenizer.encode_plus(t, max_length=64)", "max_length max_length"),
    row("transformers: collator", "from transformers import DataCollatorForLanguageModeling\nDataCollatorForLanguageModeling(tok, mlm_probability=0.15)", "mlm_probability"),
    row("transformers: early stopping", "from transformers import EarlyStoppingCallback\nEarlyStoppingCallback(3)", "early_stopping_patience"),
    row("transformers: generation", HF + "model.generate(ids, max_new_tokens=50, temperature=0.7, do_sample=True)", "", "max_new_tokens temperature"),
    row("transformers: quantization", "from transformers import BitsAndBytesConfig\nBitsAndBytesConfig(load_in_4bit=True, bnb_4bit_quant_type='nf4')", "", "bnb_4bit_quant_type"),
    row("transformers: a pipeline's model", "from transformers import pipeline\npipeline('sentiment-analysis', model='distilbert-base-uncased')", "pretrained_model"),
    # peft
    row("peft: rank, scale and dropout", PEFT + "LoraConfig(r=8, lora_alpha=32, lora_dropout=0.1)", "r lora_alpha lora_dropout"),
    row("peft: what is adapted", PEFT + "LoraConfig(target_modules=['q_proj', 'v_proj'])", "target_modules"),
    row("peft: the task and the bias", PEFT + "LoraConfig(task_type='CAUSAL_LM', bias='none')", "", "bias"),
    row("peft: switches", PEFT + "LoraConfig(use_dora=True, inference_mode=False, use_rslora=True)"),
    row("peft: another method", PEFT + "PrefixTuningConfig(task_type=t, num_virtual_tokens=20)", "num_virtual_tokens"),
    row("peft: an adapter's name", PEFT + "PeftModel.from_pretrained(base, 'me/adapter')", "pretrained_model"),
    row("peft: from the config", PEFT + "LoraConfig(r=cfg.rank, lora_alpha=cfg.alpha)\nLoraConfig(**cfg['lora'])"),
    # trl
    row("trl: the trainer's own arguments", TRL + "DPOConfig(beta=0.1, max_prompt_length=512, loss_type='sigmoid')", "beta max_prompt_length loss_type"),
    row("trl: arguments of transformers", TRL + "SFTConfig(output_dir='out', learning_rate=2e-5, per_device_train_batch_size=4, num_train_epochs=3)", "learning_rate per_device_train_batch_size num_train_epochs"),
    row("trl: lengths, also by their older name", TRL + "SFTConfig(max_seq_length=1024)\nSFTConfig(max_length=512)", "max_seq_length max_length"),
    row("trl: sampling that trains", TRL + "GRPOConfig(num_generations=8, temperature=0.9, logging_steps=5, use_vllm=True)", "num_generations temperature"),
    row("trl: a config of older versions", TRL + "PPOConfig(model_name='gpt2', learning_rate=1.41e-5, ppo_epochs=4, log_with='wandb')", "pretrained_model learning_rate ppo_epochs"),
    row("trl: a trainer's arguments of older versions", TRL + "SFTTrainer(model, max_seq_length=512, dataset_text_field='text')", "max_seq_length", "dataset_text_field"),
    row("trl: what only runs", TRL + "SFTConfig(output_dir='out', logging_steps=10, save_steps=100, bf16=True, packing=True, report_to='none', seed=1)"),
    # diffusers
    row("diffusers: the noise that is trained on", DIFFUSERS + "DDPMScheduler(num_train_timesteps=1000, beta_schedule='squaredcos_cap_v2')", "num_train_timesteps beta_schedule"),
    row("diffusers: how it is sampled", DIFFUSERS + "DDIMScheduler(timestep_spacing='trailing', steps_offset=1)", "", "timestep_spacing steps_offset"),
    row("diffusers: a call of a pipeline", DIFFUSERS + "pipe(prompt, num_inference_steps=50, guidance_scale=7.5, generator=g)", "", "num_inference_steps guidance_scale"),
    row("diffusers: a pretrained name", DIFFUSERS + "StableDiffusionPipeline.from_pretrained('runwayml/stable-diffusion-v1-5', torch_dtype=t)", "pretrained_model"),
    row("diffusers: sizes of a network", DIFFUSERS + "UNet2DModel(sample_size=64, layers_per_block=2, dropout=0.1)", "dropout", "sample_size layers_per_block"),
    row("diffusers: a schedule", "from diffusers.optimization import get_cosine_schedule_with_warmup\nget_cosine_schedule_with_warmup(opt, num_warmup_steps=500, num_training_steps=n)", "num_warmup_steps"),
    row("diffusers: averaging", "from diffusers.training_utils import EMAModel\nEMAModel(p, decay=0.9999, use_ema_warmup=True)", "decay"),
    row("diffusers: steps of the sampler", DIFFUSERS + "scheduler.set_timesteps(50)", "", "num_inference_steps"),
    # sentence-transformers
    row("sentence_transformers: a pretrained name", ST + "SentenceTransformer('all-MiniLM-L6-v2', device='cuda')", "pretrained_model"),
    row("sentence_transformers: fit", ST + "model.fit(train_objectives=o, epochs=4, warmup_steps=100, show_progress_bar=True)", "epochs warmup_steps"),
    row("sentence_transformers: an optimizer's dict", ST + "model.fit(train_objectives=o, optimizer_params={'lr': 2e-5})", "lr"),
    row("sentence_transformers: scale and margin of losses", ST + "losses.MultipleNegativesRankingLoss(model, scale=20.0)\nlosses.TripletLoss(model, triplet_margin=0.5)", "scale triplet_margin"),
    row("sentence_transformers: a loss by its name alone", ST + "losses.CosineSimilarityLoss(model)"),
    row("sentence_transformers: modules", ST + "models.Transformer('bert-base-uncased', max_seq_length=256)\nmodels.Dense(in_features=768, out_features=256)", "pretrained_model max_seq_length", "in_features out_features"),
    row("sentence_transformers: a length", ST + "CrossEncoder(name, num_labels=1, max_length=512)", "max_length", "num_labels"),
    row("sentence_transformers: training arguments", "from sentence_transformers import SentenceTransformerTrainingArguments\nSentenceTransformerTrainingArguments(output_dir=d, num_train_epochs=1, logging_steps=100)", "num_train_epochs"),
    # JAX
    row("optax: an optimizer by position", OPTAX + "optax.adam(1e-3)", "learning_rate"),
    row("optax: an optimizer by keyword", OPTAX + "optax.adamw(lr, weight_decay=1e-4, b2=0.95)", "weight_decay b2"),
    row("optax: a chain", OPTAX + "optax.chain(optax.clip_by_global_norm(1.0), optax.sgd(lr, momentum=0.9), optax.scale(-1.0))", "max_norm momentum", "step_size"),
    row("optax: a schedule", OPTAX + "optax.warmup_cosine_decay_schedule(init_value=0.0, peak_value=1e-3, warmup_steps=100, decay_steps=n)", "init_value peak_value warmup_steps"),
    row("optax: a schedule in an optimizer", OPTAX + "optax.adam(optax.exponential_decay(1e-2, 1000, 0.9))", "init_value transition_steps decay_rate"),
    row("optax: accumulation", OPTAX + "optax.MultiSteps(tx, every_k_schedule=4)", "every_k_schedule"),
    row("optax: smoothing of labels", OPTAX + "optax.smooth_labels(y, alpha=0.1)\noptax.huber_loss(p, t, delta=0.5)", "alpha delta"),
    row("optax: losses and helpers", OPTAX + "optax.softmax_cross_entropy(logits, labels, axis=-1)\noptax.apply_updates(params, updates)"),
    row("flax: dropout", FLAX + "nn.Dropout(0.5, deterministic=not train)\nnn.Dropout(rate=0.1)", "dropout dropout"),
    row("flax: dropout of attention", FLAX + "nn.MultiHeadDotProductAttention(num_heads=8, dropout_rate=0.1)", "dropout", "num_heads"),
    row("flax: widths and kernels", FLAX + "nn.Dense(features=128)\nnn.Conv(32, (3, 3))", "", "features features kernel_size"),
    row("flax: nnx", FLAX + "nnx.Dropout(0.2, rngs=rngs)\nnnx.Linear(784, 128, rngs=rngs)", "dropout", "in_features out_features"),
    row("flax: early stopping", "from flax.training.early_stopping import EarlyStopping\nEarlyStopping(min_delta=1e-3, patience=2)", "min_delta patience"),
    row("flax: pools and activations", FLAX + "nn.relu(x)\nnn.avg_pool(x, window_shape=(2, 2))", "", "window_shape"),
    row("jax: the examples' optimizers", "from jax.example_libraries import optimizers\noptimizers.adam(1e-3)", "step_size"),
    row("jax: the same under their older name", "from jax.experimental import optimizers\noptimizers.momentum(0.1, mass=0.9)", "step_size mass"),
    row("jax: the examples' layers", "from jax.example_libraries import stax\nstax.Dense(128)\nstax.Dropout(0.5)", "dropout", "out_dim"),
    row("jax: keys and arrays", "import jax\nimport jax.numpy as jnp\nkey = jax.random.PRNGKey(0)\njnp.clip(x, 0.0, 1.0)\njax.random.split(key, 4)"),
    row("jax: names that speak alone", "import jax\nnum_epochs = 10\nstep_size = 0.01", "num_epochs"),
    row("jax: a seeded toy array", "import jax\nx = jax.random.normal(key, (32, 10))"),
    # torchaudio, torchtext, timm, albumentations
    row("torchaudio: a spectrogram", AUDIO + "T.MelSpectrogram(sample_rate=16000, n_fft=400, n_mels=64)", "n_fft n_mels", "sample_rate"),
    row("torchaudio: resampling", AUDIO + "T.Resample(44100, 16000)", "new_freq", "orig_freq"),
    row("torchaudio: resampling by a function", AUDIO + "torchaudio.functional.resample(x, sr, 16000)", "new_freq"),
    row("torchaudio: masks", AUDIO + "T.FrequencyMasking(30)\nT.TimeMasking(time_mask_param=80)", "freq_mask_param time_mask_param"),
    row("torchaudio: reading", AUDIO + "torchaudio.load(path, num_frames=16000)"),
    row("torchaudio: from outside", AUDIO + "T.MFCC(n_mfcc=cfg.n)"),
    row("torchtext: batches", TORCHTEXT + "data.BucketIterator.splits((a, b), batch_size=64, device=d)", "batch_size"),
    row("torchtext: a vocabulary", TORCHTEXT + "TEXT.build_vocab(train, max_size=25000, vectors='glove.6B.100d')", "max_size pretrained_model"),
    row("torchtext: vectors", TORCHTEXT + "vocab.GloVe(name='6B', dim=100)", "pretrained_model pretrained_model"),
    row("torchtext: a split", TORCHTEXT + "train.split(split_ratio=0.8)", "split_ratio"),
    row("torchtext: splitting a text", TORCHTEXT + "line.split(',')\nline.split(' ', 1)"),
    row("torchtext: tokenizer", TORCHTEXT + "data.Field(tokenize='spacy', fix_length=200)", "fix_length", "tokenize"),
    row("timm: a model's name", TIMM + "timm.create_model('resnet50', pretrained=True, num_classes=10, drop_rate=0.2)", "pretrained_model drop_rate"),
    row("timm: a schedule", TIMM + "CosineLRScheduler(opt, t_initial=50, lr_min=1e-6, warmup_t=5, warmup_prefix=True)", "t_initial lr_min warmup_t"),
    row("timm: mixing", TIMM + "Mixup(mixup_alpha=0.8, cutmix_alpha=1.0, num_classes=10)", "mixup_alpha cutmix_alpha"),
    row("timm: transforms", TIMM + "create_transform(224, is_training=True, auto_augment='rand-m9-mstd0.5', interpolation='bicubic')", "input_size auto_augment", "interpolation"),
    row("timm: smoothing", "from timm.loss import LabelSmoothingCrossEntropy\nLabelSmoothingCrossEntropy(0.1)", "smoothing"),
    row("timm: from outside", TIMM + "timm.create_model(cfg.model, pretrained=True)\nmodel.reset_classifier(10)"),
    row("albumentations: sizes", ALBUMENTATIONS + "A.Resize(256, 256)\nA.RandomCrop(width=224, height=224)", "height width width height"),
    row("albumentations: strengths and chances", ALBUMENTATIONS + "A.ShiftScaleRotate(shift_limit=0.1, rotate_limit=15, p=0.5)", "shift_limit rotate_limit p"),
    row("albumentations: groups", ALBUMENTATIONS + "A.OneOf([A.MotionBlur(p=0.2)], p=0.3)", "p p"),
    row("albumentations: statistics", ALBUMENTATIONS + "A.Normalize(mean=(0.5,), std=(0.5,), max_pixel_value=255.0)", "", "mean std"),
    row("albumentations: how it fills in", ALBUMENTATIONS + "A.Rotate(limit=cfg.limit, border_mode=0, interpolation=1)\nA.Compose([], bbox_params=b)"),
    row("albumentations: an older name", ALBUMENTATIONS + "A.Cutout(num_holes=8, max_h_size=16)", "num_holes max_h_size"),
)


def names(code: str, strict: bool) -> list[str]:
    rule = HardcodedHyperparameter(CheckConfig(strict=strict), Tools())
    return [finding.name for finding in rule.check(open_source("train.py", f"{code}\n".encode()))]


@pytest.mark.parametrize(
    ("code", "flag", "strict"),
    [row[2:] for row in CASES],
    ids=[f"{name}: {why}" for name, why, *_ in CASES],
)
def test_the_verdict_of_a_snippet(code: str, flag: tuple[str, ...], strict: tuple[str, ...]) -> None:
    assert names(code, strict=False) == list(flag)
    assert Counter(names(code, strict=True)) == Counter((*flag, *strict))


@pytest.mark.parametrize("name", sorted({name for name, *_ in CASES}))
def test_a_framework_has_cases_of_every_sort(name: str) -> None:
    """At least six; one that is told, one that is strict or silent."""
    cases = [(flag, strict) for owner, _, _, flag, strict in CASES if owner == name]
    assert len(cases) >= (4 if name == "jax" else 6)
    assert any(flag for flag, _ in cases)
    assert any(not flag for flag, _ in cases)


@pytest.mark.parametrize(
    ("dotted", "position", "parameter"),
    [
        ("torch.optim.SGD", 1, "lr"),
        ("torch.nn.GRU", 5, "dropout"),
        ("torch.nn.RNN", 6, "dropout"),
        ("keras.layers.Dropout", 0, "dropout"),
        ("keras.layers.Dense", 0, "units"),
        ("tensorflow.keras.optimizers.Adam", 0, "learning_rate"),
        ("tensorflow.compat.v1.nn.dropout", 1, "dropout"),
        ("albumentations.RandomResizedCrop", 0, "size"),
        ("flax.linen.Conv", 0, "features"),
        ("sentence_transformers.losses.MultipleNegativesRankingLoss", 1, "scale"),
    ],
)
def test_a_position_means_what_the_version_at_hand_has_there(dotted: str, position: int, parameter: str) -> None:
    from reproof.lint.catalogue.load import framework_of

    owner = framework_of(dotted)
    entry = owner.find(dotted) if owner else None
    found = entry.at(position) if entry else None
    assert found is not None
    assert found.name == parameter


@pytest.mark.parametrize("name", ["keras", "torch", "torchvision", "transformers"])
def test_the_files_that_were_written_by_hand_are_generated_now(name: str) -> None:
    assert "read by scripts/catalogue" in framework(name).source
