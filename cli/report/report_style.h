/* How a report looks: plain, one column, readable on paper, on a phone and in dark mode. */
#ifndef CLI_REPORT_STYLE_H
#define CLI_REPORT_STYLE_H

extern const char cli_report_style[];

#endif
