import type { ThemeConfig } from 'antd/es/config-provider';
import darkAlgorithm from 'antd/es/theme/themes/dark';
import defaultAlgorithm from 'antd/es/theme/themes/default';

const font =
  "-apple-system, BlinkMacSystemFont, 'Segoe UI', 'PingFang SC', 'Hiragino Sans GB', 'Microsoft YaHei', 'Noto Sans CJK SC', 'Noto Sans SC', sans-serif";

/** The same values as tokens.css; antd derives shades from them, so it needs the numbers themselves. */
export function antdTheme(dark: boolean, touch: boolean): ThemeConfig {
  const brand = dark ? '#2f62d9' : '#1f5eff';
  return {
    algorithm: dark ? darkAlgorithm : defaultAlgorithm,
    token: {
      fontFamily: font,
      fontSize: 13,
      controlHeight: touch ? 40 : 30,
      controlHeightSM: touch ? 36 : 24,
      borderRadius: 6,
      colorPrimary: brand,
      colorInfo: brand,
      colorError: dark ? '#ff8f85' : '#b42318',
      colorLink: dark ? '#8fb0ff' : '#1d4fc4',
      colorBgLayout: dark ? '#0f131a' : '#f3f5f8',
      colorBgContainer: dark ? '#171c25' : '#ffffff',
      colorBgElevated: dark ? '#1c222d' : '#ffffff',
      colorText: dark ? '#e6eaf2' : '#1d2433',
      colorTextSecondary: dark ? '#98a2b3' : '#5b6475',
      colorTextDescription: dark ? '#98a2b3' : '#5b6475',
      colorTextPlaceholder: dark ? '#8b95a7' : '#656d7d',
      colorTextDisabled: dark ? '#8b95a7' : '#656d7d',
      colorBorder: dark ? '#3b4457' : '#cfd5df',
      colorBorderSecondary: dark ? '#2a3140' : '#e6e9ef',
      motionDurationMid: '0.12s',
      motionDurationSlow: '0.16s',
    },
    // White on the light red of the dark theme cannot be read.
    components: { Button: { primaryShadow: 'none', defaultShadow: 'none', fontWeight: 400, dangerColor: dark ? '#2b0f0c' : '#ffffff' } },
  };
}
