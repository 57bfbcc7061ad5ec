/* The labels of a conditional network, and the classes of a classifier, by name: its model keeps
 * the names of the classes that it learned from, if they had any. */
#ifndef CLI_LABEL_NAMES_H
#define CLI_LABEL_NAMES_H

#include <stdbool.h>

#include <embudo.h>

/* The metadata key: a line for each label, as cli_name_kept writes a name. */
#define CLI_LABELS_KEY "embudo.labels"

/* What is kept of the images' labels, to be freed; NULL: they are numbers. */
char *cli_labels_print(const emb_images *images);

/* The label that is called `text`, or that is the number `text`. False with the error printed. */
bool cli_label_find(const emb_net *net, const char *text, int *label);

/* Gives the images' classes the labels that a classifier has for their names, as far as these are
 * known. False with the error printed, which names the data set. */
bool cli_labels_follow(const emb_net *net, emb_images *images, const char *dataset);

/* "tres", or the number; to be freed. */
char *cli_label_text(const emb_net *net, int label);
/* The names of labels in turn, [count]; NULL if they are numbers. To be freed by
 * cli_label_titles_free. */
char **cli_label_titles(const emb_net *net, size_t count);
void cli_label_titles_free(char **titles, size_t count);

#endif
